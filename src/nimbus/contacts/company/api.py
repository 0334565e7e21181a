"""What of companies is about their contacts: the list of them, and deletion, which detaches them.

These routes stand under `/api/v1/companies/` and in this room, which is above that of companies.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query

from nimbus.companies import read
from nimbus.companies.company import shown as shown_company
from nimbus.companies.shapes import Affected, ChangedCompany
from nimbus.contacts.api import ContactPage, contact_page
from nimbus.contacts.company.delete import delete
from nimbus.contacts.expand import ExpandList
from nimbus.contacts.read import ContactList
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import parse
from nimbus.web.etag import IfMatch
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import FromPage

router = ApiRouter("/api/v1/companies", "companies")


@router.at("GET", "/{id}/contacts/", scope="contacts:read", answers=ContactPage)
def list_company_contacts(
    ask: Ask,
    id: str,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: FromPage = None,
    expand: ExpandList = "",
) -> dict[str, Any]:
    """The contacts of a company that are not in the trash, newest first."""
    company_id = ids.read("comp", id)
    if read.one(ask.tx, company_id) is None:
        raise ids.missing("comp")
    asked = {"field": "company.id", "op": "eq", "value": id}
    theirs = ContactList(parse(asked, catalogue(ask.tx)), shown="live")
    return contact_page(ask, theirs, page_size, cursor, expand)


@router.at("DELETE", "/{id}/", scope="contacts:write", answers=ChangedCompany)
def delete_company(
    ask: Ask, id: str,
    force: Annotated[bool, Query(description="Also where contacts have it: they lose it.")] = False,
    if_match: IfMatch = None,
) -> ChangedCompany:  # fmt: skip
    """Delete a company; answers it as it was. Its contacts are listed first: 409 `in_use`, unless
    `force`; then they have none, and their tiers and scores follow."""
    gone = delete(
        ask.tx, ask.who, "api", ids.read("comp", id), force=force, if_match=if_match
    )  # fmt: skip
    job_id = ids.show("job", gone.job_id) if gone.job_id else None
    return ChangedCompany(**asdict(shown_company(gone.row)), meta=Affected(gone.contacts, job_id))
