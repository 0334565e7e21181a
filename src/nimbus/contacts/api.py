"""Contacts for programs: `GET /api/v1/contacts/` and one of them (S3-15 … S3-24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query

from nimbus.contacts.contact import Contact, shown
from nimbus.contacts.paging import SORTS
from nimbus.contacts.read import ContactList, Reading, one
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import from_params
from nimbus.web.paging import Meta, meta
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/contacts", "contacts")

ApiSort = Literal["created_desc", "created_asc", "updated_desc", "lead_score_desc"]
OWN = ("page_size", "cursor", "search", "sort")


@dataclass(frozen=True, slots=True)
class ContactPage:
    data: list[Contact]
    meta: Meta


def _text(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description,
            "schema": {"type": "string", **schema}}  # fmt: skip


# Read from the query string by the catalogue, as is any other `field=` or `field__op=`.
FILTERS = {
    "parameters": [
        _text("icp_tier", "Tiers, with commas.", pattern="^[ABCD](,[ABCD])*$"),
        _text("grade", "Grades, with commas.", pattern="^[ABCDF](,[ABCDF])*$"),
        _text("tag", "Any of the tags between commas; given again, every one of them is needed."),
        _text("created_after", "Made after this moment.", format="date-time"),
        _text("updated_after", "Changed after this moment.", format="date-time"),
        _text("is_deleted", "Deleted contacts are listed too unless this is `false`.",
              enum=["true", "false"]),
        _text("import", "Made or changed by this import: its id, `imp_…`."),
    ]
}  # fmt: skip


@router.at("GET", "/", scope="contacts:read", answers=ContactPage, openapi_extra=FILTERS)
def list_contacts(
    ask: Ask,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    search: Annotated[
        str, Query(max_length=200, description="Words of name, email, title, phone or company.")
    ] = "",
    sort: ApiSort = "created_desc",
) -> ContactPage:
    """Contacts, deleted ones too unless `is_deleted=false` is given (D-12)."""
    fields, query = catalogue(ask.tx), ask.request.query_params
    filter = from_params(query.multi_items(), fields, ignore=OWN)
    return contact_page(ask, ContactList(filter, search, "all", SORTS[sort]), page_size, cursor)


def contact_page(ask: Ask, asked: ContactList, size: int, cursor: str | None) -> ContactPage:
    """A page of a list, as every operation that lists contacts answers it."""
    fields = catalogue(ask.tx)
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    reading = Reading(ask.tx, asked)
    page = reading.page(size, seal.open(cursor) if cursor else None)
    data = [shown(row, fields) for row in page.rows]
    return ContactPage(data, meta(page, seal, reading.count(page)))


@router.at("GET", "/{id}/", scope="contacts:read", answers=Contact)
def read_contact(ask: Ask, id: str) -> Contact:
    """One contact; the id of one that was merged answers with the one that was kept."""
    row = one(ask.tx, ids.read("cont", id))
    if row is None:
        raise ids.missing("cont")
    return shown(row, catalogue(ask.tx))
