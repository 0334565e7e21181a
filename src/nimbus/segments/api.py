"""Segments for programs: `/api/v1/segments/`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from nimbus.contacts.api import ApiSort, ContactPage, contact_page
from nimbus.contacts.expand import ExpandList
from nimbus.contacts.paging import SORTS
from nimbus.contacts.read import ContactList
from nimbus.contacts.read import one as one_contact
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.filters import describe, show
from nimbus.operations.references import Thing, references
from nimbus.operations.shapes import ReferenceList, listed
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.problems import Problem, invalid
from nimbus.segments import read, shapes, write
from nimbus.segments.count import Split, count
from nimbus.segments.explain import explain
from nimbus.segments.segment import Segment
from nimbus.segments.write_members import change_members
from nimbus.web.etag import IfMatch, IfNoneMatch, tagged
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import FromPage, an_id

router = ApiRouter("/api/v1/segments", "Segments")

Force = Annotated[bool, Query(description="Delete it even though other things ask for it.")]


@router.at("GET", "/", scope="segments:read", answers=shapes.SegmentList)
def list_segments(ask: Ask) -> dict[str, Any]:
    """All segments and static lists by name; how many are in one is asked of each (S0-10)."""
    found = read.segments(ask.tx).values()
    return {"data": [_shown(ask.tx, one) for one in found], "meta": {"total_count": len(found)}}


@router.at("POST", "/", scope="segments:write", answers=shapes.ShownSegment, status=201)
def create_segment(ask: Ask, given: shapes.NewSegment) -> dict[str, Any]:
    """A dynamic segment of a filter, or a static list, which is empty at first (S1-68, S1-69)."""
    made = write.create(ask.tx, ask.who, **given.model_dump(), through="api")
    return _shown(ask.tx, made)


@router.at("GET", "/{id}/", scope="segments:read", answers=shapes.ShownSegment)
def get_segment(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    return _tagged(ask.tx, _segment(ask, id), if_none_match)


@router.at("PATCH", "/{id}/", scope="segments:write", answers=shapes.ShownSegment)
def change_segment(
    ask: Ask, id: str, given: shapes.SegmentChanges, if_match: IfMatch = None
) -> Response:
    """A new name, description or filter. What refers to it goes on doing so: references are by id
    (G-31)."""
    changes = given.model_dump(exclude_unset=True)
    segment = _segment(ask, id)
    refuse_stale(ask.tx, if_match, segment.id, "workspace")
    return _tagged(ask.tx, write.change(ask.tx, ask.who, segment, changes, through="api"))


@router.at("DELETE", "/{id}/", scope="segments:write", answers=shapes.ShownSegment)
def delete_segment(
    ask: Ask, id: str, force: Force = False, if_match: IfMatch = None
) -> dict[str, Any]:
    """Answers the segment as it was. One that others ask for is refused with the list of them; with
    `force` it goes, and they find nobody in it (G-33)."""
    segment = _segment(ask, id)
    refuse_stale(ask.tx, if_match, segment.id, "workspace")
    shown = _shown(ask.tx, segment)
    write.delete(ask.tx, ask.who, segment, force=force, through="api")
    return shown


@router.at("GET", "/{id}/contacts/", scope="contacts:read", answers=ContactPage)
def list_segment_contacts(
    ask: Ask, id: str,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: FromPage = None,
    sort: ApiSort = "created_desc", expand: ExpandList = "",
) -> dict[str, Any]:  # fmt: skip
    """Whoever is in it now; nobody in the trash is (G-27, D-12)."""
    members = read.members(ask.tx, _segment(ask, id))
    asked = ContactList(members, shown="live", sort=SORTS[sort])
    return contact_page(ask, asked, page_size, cursor, expand)


@router.at("GET", "/{id}/count/", scope="segments:read", answers=shapes.SegmentCount)
def count_segment(ask: Ask, id: str) -> Split:
    """How many are in it, and how many of them may be written to (G-28)."""
    return count(ask.tx, _segment(ask, id))


@router.at("GET", "/{id}/explain/", scope="contacts:read", answers=shapes.Explained)
def explain_segment(
    ask: Ask, id: str, contact: Annotated[str, an_id("cont", "The contact, `cont_…`.")]
) -> dict[str, Any]:
    """Why a contact is in it, or is not: each question with the contact's value and whether it
    holds, those of the segments that it asks for after its own (G-29)."""
    segment = _segment(ask, id)
    row = one_contact(ask.tx, ids.read("cont", contact, "contact"))
    if row is None:
        raise ids.missing("cont")
    found = explain(ask.tx, segment, row["id"])
    lines = [
        {"segment_id": line.segment.shown_id, "path": line.path, "sentence": line.sentence,
         "field": line.field, "value": line.value, "holds": line.holds}
        for line in found.lines
    ]  # fmt: skip
    return {
        "segment_id": segment.shown_id, "contact_id": ids.show("cont", row["id"]),
        "is_member": found.is_member, "predicates": lines,
    }  # fmt: skip


@router.at("POST", "/{id}/members/", scope="segments:write", answers=shapes.MembersChanged)
def change_segment_members(ask: Ask, id: str, given: shapes.MemberChanges) -> dict[str, Any]:
    """Put contacts on a static list, or take them off; each has its result (S0-64, S0-65)."""
    add, remove = (
        [ids.read("cont", shown, f"{name}[{at}]") for at, shown in enumerate(asked)]
        for name, asked in (("add", given.add), ("remove", given.remove))
    )
    if not add and not remove:
        raise invalid("Name contacts to add or to remove.", "add")
    changed = change_members(ask.tx, ask.who, _segment(ask, id), add, remove, through="api")
    results = [*changed.added.items(), *changed.removed.items()]
    return {
        "operation_id": ids.show("op", changed.operation),
        "results": [{"id": ids.show("cont", id), "result": result} for id, result in results],
    }


@router.at("GET", "/{id}/references/", scope="segments:read", answers=ReferenceList)
def list_segment_references(ask: Ask, id: str) -> dict[str, Any]:
    """What asks for it, and would keep it from being deleted (G-33)."""
    return listed(references(ask.tx, Thing("segment", str(_segment(ask, id).id))))


def _segment(ask: Ask, id: str) -> Segment:
    return read.one(ask.tx, ids.read("seg", id))


def _tagged(tx: Tx, segment: Segment, if_none_match: str | None = None) -> Response:
    shown = _shown(tx, segment)
    return tagged(shown, tag_of(tx, segment.id, shown), if_none_match)


def _shown(tx: Tx, segment: Segment) -> dict[str, Any]:
    filter, sentence = segment.filter, None
    if segment.kind == "dynamic":
        try:
            whole = read.filter_of(tx, segment)
            filter, sentence = show(whole), describe(whole)
        except Problem:
            pass  # Shown as it is stored; `problems` says why.
    return {
        "id": segment.shown_id, "name": segment.name, "kind": segment.kind,
        "description": segment.description, "filter": filter, "sentence": sentence,
        "problems": read.trouble(tx, segment), "created_by": segment.created_by,
        "created_at": segment.created_at, "updated_at": segment.updated_at,
    }  # fmt: skip
