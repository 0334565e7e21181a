"""What of companies is about their contacts: the list of them, and deletion, which detaches them.

These routes stand under `/api/v1/companies/` and in this room, which is above that of companies.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query

from nimbus.accounts.client import refuse_limited
from nimbus.companies import read, write
from nimbus.companies.company import shown as shown_company
from nimbus.companies.restore import alone
from nimbus.companies.shapes import Affected, ChangedCompany
from nimbus.contacts.api import ContactPage, contact_page
from nimbus.contacts.expand import ExpandList
from nimbus.contacts.read import ContactList
from nimbus.contacts.values import carry
from nimbus.db import ids
from nimbus.fields.held import Work
from nimbus.fields.read import catalogue
from nimbus.filters import parse
from nimbus.operations.references import Thing, refuse_if_used
from nimbus.operations.since import refuse_stale
from nimbus.web.etag import IfMatch
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/companies", "companies")


@router.at("GET", "/{id}/contacts/", scope="contacts:read", answers=ContactPage)
def list_company_contacts(
    ask: Ask,
    id: str,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
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
    refuse_limited(ask.who, "A company")
    company_id = ids.read("comp", id)
    alone(ask.tx)
    row = read.one(ask.tx, company_id, lock=True)
    if row is None:
        raise ids.missing("comp")
    refuse_stale(ask.tx, if_match, company_id, "company")
    company = shown_company(row)
    if not force:
        name = company.name or company.domain or "The company"
        refuse_if_used(ask.tx, Thing("company", str(company_id)), name)
    affected = read.people(ask.tx, company_id)
    operation = write.remove(ask.tx, ask.who, "api", company_id)
    label = f"Detaching the contacts of {company.name or company.domain}"
    work = Work("company_id", str(company_id))
    moved = carry(ask.tx, ask.who, operation, str(company_id), label, [work])
    job_id = ids.show("job", moved.job_id) if moved.job_id else None
    return ChangedCompany(**asdict(company), meta=Affected(affected, job_id))
