"""Contacts for programs: `GET /api/v1/contacts/` and one of them (S3-15 … S3-24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.responses import Response

from nimbus.contacts.contact import shown
from nimbus.contacts.expand import (
    IN_LISTS,
    OF_ONE,
    ExpandedContact,
    ExpandList,
    ExpandOne,
    asked_for,
    expanded,
)
from nimbus.contacts.paging import SORTS
from nimbus.contacts.read import ContactList, Reading, Shown, one
from nimbus.contacts.shapes import EnrollmentPage
from nimbus.contacts.writing.one import State, as_asked
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import All, Filter, Leaf, from_params, refuse_blank
from nimbus.operations.references import Thing, references
from nimbus.operations.shapes import ReferenceList, listed
from nimbus.web.etag import IfNoneMatch, etag, tagged
from nimbus.web.paging import Meta, meta
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import FromPage

router = ApiRouter("/api/v1/contacts", "contacts")

ApiSort = Literal["created_desc", "created_asc", "updated_desc", "lead_score_desc"]
OWN = ("page_size", "cursor", "search", "sort", "expand")
# Blank it would answer everyone.
NOT_BLANK = ("search",)


@dataclass(frozen=True, slots=True)
class ContactPage:
    data: list[ExpandedContact]
    meta: Meta


def _text(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description,
            "schema": {"type": "string", **schema}}  # fmt: skip


def _ids(prefix: ids.Prefix) -> str:
    one = ids.pattern(prefix)
    return f"^{one}(,{one})*$"


DAY_OR_TIME = {"anyOf": [{"format": "date-time"}, {"format": "date"}]}
# Read from the query string by the catalogue, as is any other `field=` or `field__op=`.
FILTERS = {
    "parameters": [
        _text("icp_tier", "Tiers from A to D, with commas.", minLength=1,
              examples=["A,B"]),
        _text("grade", "Grades A, B, C, D and F, with commas.", minLength=1, examples=["A,B"]),
        _text("tag", "Any of the tags between commas; given again, every one of them is needed.",
              minLength=1),
        _text("created_after", "Made after this moment, or since the beginning of this day.",
              **DAY_OR_TIME),
        _text("updated_after", "Changed after this moment, or since the beginning of this day.",
              **DAY_OR_TIME),
        _text("is_deleted", "Deleted contacts are listed too unless this is `false`; with `true` "
              "the trash alone, without those who were merged.", minLength=1, examples=["false"]),
        _text("segment_id", "In this segment or on this static list: its id, `seg_…`.",
              pattern=_ids("seg")),
        _text("import", "Made or changed by this import: its id, `imp_…`.",
              pattern=_ids("imp")),
    ]
}  # fmt: skip


@router.at("GET", "/", scope="contacts:read", answers=ContactPage, openapi_extra=FILTERS)
def list_contacts(
    ask: Ask,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: FromPage = None,
    search: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Words of name, email, title, phone or company.",
            json_schema_extra={"minLength": 1},
        ),
    ] = None,
    sort: ApiSort = "created_desc",
    expand: ExpandList = "",
) -> dict[str, Any]:
    """Contacts, deleted ones too unless `is_deleted=false` is given (D-12)."""
    params = ask.request.query_params.multi_items()
    refuse_blank(params, NOT_BLANK)
    filter = from_params(params, catalogue(ask.tx), ignore=OWN, blanks=False)
    shown: Shown = "deleted" if _is_of_trash(filter) else "all"
    asked = ContactList(filter, search or "", shown, SORTS[sort])
    return contact_page(ask, asked, page_size, cursor, expand)


def contact_page(
    ask: Ask, asked: ContactList, size: int, cursor: str | None, expand: str = ""
) -> dict[str, Any]:
    """A page of a list, as every operation that lists contacts answers it."""
    wanted = asked_for(expand, IN_LISTS)
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    reading, fields = Reading(ask.tx, asked), catalogue(ask.tx)
    page = reading.page(size, seal.open(cursor) if cursor else None)
    contacts = [shown(row, fields) for row in page.rows]
    data = expanded(ask.tx, page.rows, contacts, wanted)
    return {"data": data, "meta": meta(page, seal, reading.count(page))}


@router.at("GET", "/{id}/", scope="contacts:read", answers=ExpandedContact)
def read_contact(
    ask: Ask, id: str, expand: ExpandOne = "", if_none_match: IfNoneMatch = None
) -> Response:
    """One contact; the id of one that was merged away answers with the one that was kept, and
    `merged_into` then is the id of that one, as nothing else would tell but the other `id`."""
    wanted = asked_for(expand, OF_ONE)
    row = _found(ask, id)
    contact = shown(row, catalogue(ask.tx))
    answer = expanded(ask.tx, [row], [contact], wanted)[0]
    tag = etag(row["version"], answer)
    kept = as_asked(State(contact, tag), ids.read("cont", id)).contact
    if kept is not contact:
        answer = expanded(ask.tx, [row], [kept], wanted)[0]
    return tagged(answer, tag, if_none_match)


@router.at("GET", "/{id}/enrollments/", scope="contacts:read", answers=EnrollmentPage)
def list_contact_enrollments(ask: Ask, id: str) -> dict[str, Any]:
    """The sequences that a contact is enrolled in."""
    _found(ask, id)
    return {"data": [], "meta": Meta(None, False, 0, True)}


@router.at("GET", "/{id}/references/", scope="contacts:read", answers=ReferenceList)
def list_contact_references(ask: Ask, id: str) -> dict[str, object]:
    """What uses a contact, such as static lists (G-33)."""
    found = references(ask.tx, Thing("contact", str(_found(ask, id)["id"])))
    return listed(found)


def _is_of_trash(filter: Filter | None) -> bool:
    """Whether `is_deleted=true` is asked."""
    asked = filter.parts if isinstance(filter, All) else (filter,)
    return any(
        isinstance(one, Leaf) and one.field.key == "is_deleted" and one.value is True
        and one.op.key == "eq" for one in asked
    )  # fmt: skip


def _found(ask: Ask, id: str) -> dict[str, Any]:
    """Raises Problem(not_found)."""
    row = one(ask.tx, ids.read("cont", id))
    if row is None:
        raise ids.missing("cont")
    return row
