"""Segments for people: the list of them, one with its people, its uses and whom it explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from nimbus.contacts.listing.parts import count_words, total
from nimbus.db import ids
from nimbus.filters import describe
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.operations.references import Thing, references
from nimbus.problems import Problem
from nimbus.segments import read
from nimbus.segments.explained import Verdict, called, meant, verdict_of
from nimbus.segments.glance import glance, line, lines
from nimbus.segments.segment import Segment
from nimbus.web import parts, render, toast
from nimbus.web.route import Ask, PageRouter

HERE = "/segments"
router = PageRouter(HERE)

People = Sequence[Mapping[str, Any]]
SIZE = 50
Search = Annotated[str, Query(max_length=200)]
KINDS = {"dynamic": "Dynamic", "static": "List"}
DONE = {
    "created": "{} was created", "changed": "{} was changed", "deleted": "{} was deleted",
    "added": "The list {} was changed",
}  # fmt: skip
COLUMNS = (
    parts.Column("Name", "xl"), parts.Column("Kind", "m", wide_only=True),
    parts.Column("Contacts", "m", kind="number"), parts.Column("Used by", "m", wide_only=True),
    parts.Column("Made by", "l", wide_only=True), parts.Column("Changed", "m", wide_only=True),
)  # fmt: skip


@router.at("GET", "", scope="segments:read")
def segments_page(
    ask: Ask, q: Search = "", page: Annotated[int, Query(ge=1, le=1_000)] = 1, done: str = "",
    name: Search = "", operation: str = "",
) -> Response:  # fmt: skip
    """By name. How many are in one is counted as far as the time allows; the rest come after."""
    _tell(ask, name, done, operation)
    wanted = q.strip().casefold()
    known = list(read.segments(ask.tx).values())
    found = [one for one in known if wanted in one.name.casefold()]
    first = min((page - 1) * SIZE, max(0, len(found) - 1) // SIZE * SIZE)
    shown = found[first : first + SIZE]
    return render(
        ask.request, "segments/list.html", q=q, columns=COLUMNS, kinds=KINDS, here=HERE,
        lines=lines(ask.tx, shown), has_any=bool(known), count_words=count_words,
        words=f"{first + 1:,}–{first + len(shown):,} of {len(found):,}",
        previous=_page(q, first // SIZE) if first else None,
        next=_page(q, first // SIZE + 2) if first + SIZE < len(found) else None,
    )  # fmt: skip


@router.at("GET", "/{id}/row", scope="segments:read")
def segment_row(ask: Ask, id: str) -> Response:
    """Its row of the list, with what the list had no time to ask."""
    told = line(ask.tx, segment_of(ask, id))
    return render(
        ask.request, "segments/row.html", line=told, kinds=KINDS, here=HERE, count_words=count_words
    )


@router.at("GET", "/{id}", scope="segments:read")
def segment_page(
    ask: Ask, id: str, person: Annotated[str, Query(max_length=400)] = "", done: str = "",
    operation: str = "",
) -> Response:  # fmt: skip
    """`person` is the name or the email of a contact to explain, `done` what a form did by the
    `operation`."""
    segment = segment_of(ask, id)
    _tell(ask, segment.name, done, operation)
    return show(ask, segment, person=person)


@router.at("GET", "/{id}/people", scope="contacts:read")
def propose_people(
    ask: Ask, id: str, person: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """Whom one may mean, beneath the field while one types a name or an email."""
    return render(
        ask.request, "segments/proposed.html", here=address(segment_of(ask, id)),
        proposed=called(ask.tx, person),
    )  # fmt: skip


def show(
    ask: Ask, segment: Segment, *, person: str = "", given: str = "", problem: Problem | None = None
) -> Response:
    """The page of a segment; `given` are the emails of a form that was refused."""
    ask.who.need("contacts:read")
    wrong, found = problem, None
    proposed: People = ()
    if person.strip():
        found, proposed, wrong = _explained(ask, segment, person)
    return render(
        ask.request, "segments/segment.html", wrong.status if wrong else 200, segment=segment,
        here=address(segment), glance=glance(ask.tx, read.members(ask.tx, segment)),
        sentence=sentence(ask, segment), trouble=read.trouble(ask.tx, segment), total=total,
        used=references(ask.tx, Thing("segment", str(segment.id))), verdict=found, person=person,
        proposed=proposed, problem=wrong, given=given, kinds=KINDS,
    )  # fmt: skip


def sentence(ask: Ask, segment: Segment) -> str | None:
    """What a dynamic segment asks, in English; None for a list, and where it cannot be asked."""
    if segment.kind == "static":
        return None
    try:
        return describe(read.filter_of(ask.tx, segment))
    except Problem:
        return None


def segment_of(ask: Ask, id: str) -> Segment:
    """Raises Problem(not_found)."""
    return read.one(ask.tx, ids.read("seg", id))


def address(segment: Segment, done: str = "", operation: UUID | None = None) -> str:
    """Its page, which says what was done."""
    here = f"{HERE}/{segment.shown_id}"
    if operation is None:
        return here
    return f"{here}?{urlencode({'done': done, 'operation': ids.show('op', operation)})}"


def _explained(
    ask: Ask, segment: Segment, person: str
) -> tuple[Verdict | None, People, Problem | None]:
    """The verdict, or who may be meant, or why there is neither."""
    try:
        people = meant(ask.tx, person)
        if len(people) > 1:
            return None, people, None
        return verdict_of(ask.tx, segment, people[0]), (), None
    except Problem as problem:
        if problem.code == "too_expensive":  # The transaction may be over.
            raise
        return None, (), problem


def _tell(ask: Ask, name: str, done: str, operation: str) -> None:
    """What was done, to whoever did it."""
    if done not in DONE or not operation:
        return
    operation_id = ids.read("op", operation)
    if made_by(ask.tx, ask.who, operation_id):
        toast(ask.request, DONE[done].format(f"“{name}”"), undo_href(operation_id))


def _page(q: str, number: int) -> str:
    asked = {name: value for name, value in (("q", q), ("page", number)) if value not in ("", 1)}
    return f"{HERE}?{urlencode(asked)}" if asked else HERE
