"""A segment at a glance: how many are in it now, a few of them, what asks for it (G-26, G-33)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from nimbus.contacts.listing.asked import href
from nimbus.contacts.read import ContactList, Reading
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.filters import Filter
from nimbus.operations.references import Thing, references
from nimbus.problems import Problem
from nimbus.segments import read
from nimbus.segments.segment import Segment
from nimbus.web.counting import Count, count
from nimbus.web.timely import timely

SAMPLE = 5
# Seconds that the list of segments spends on counting before it shows itself; the rest come after.
LIST_BUDGET = 0.08


@dataclass(frozen=True, slots=True)
class Glance:
    """`count` is an estimate where counting costs more than it tells; `problem` says why nobody
    could be counted. `href` is the list of everybody."""

    count: Count | None
    people: Sequence[Mapping[str, Any]]
    href: str
    problem: str | None = None

    @staticmethod
    def page_of(row: Mapping[str, Any]) -> str:
        return f"/contacts/{ids.show('cont', row['id'])}"


def glance(tx: Tx, filter: Filter) -> Glance:
    """Who a filter finds now. A question that takes too long is told, and does not end the
    transaction."""
    asked = ContactList(filter, shown="live")
    try:
        with timely(tx), tx.connection.transaction():
            reading = Reading(tx, asked)
            page = reading.page(SAMPLE)
            return Glance(reading.count(page), page.rows, href(asked))
    except Problem as problem:
        return Glance(None, (), href(asked), problem.message)


@dataclass(frozen=True, slots=True)
class Line:
    """A segment in the list of them. Not `told`, its size and uses are still to be asked for."""

    segment: Segment
    told: bool = False
    size: Count | None = None
    uses: int = 0


def lines(tx: Tx, segments: Sequence[Segment]) -> list[Line]:
    """As many told of as the budget allows, in their order."""
    until = time.monotonic() + LIST_BUDGET
    return [line(tx, one) if time.monotonic() < until else Line(one) for one in segments]


def line(tx: Tx, segment: Segment) -> Line:
    used = references(tx, Thing("segment", str(segment.id)))
    return Line(segment, True, _size(tx, segment), sum(one.count for one in used))


def _size(tx: Tx, segment: Segment) -> Count | None:
    """None where it cannot be counted."""
    try:
        with timely(tx), tx.connection.transaction():
            asked = ContactList(read.members(tx, segment), shown="live")
            return count(tx, *Reading(tx, asked).select(sql.SQL("")))
    except Problem:
        return None
