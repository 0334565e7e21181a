"""What is to be done about everybody, by when, and what is done: tasks across contacts (D-06).

A task is overdue from its moment on; until the end of that day, and by the day of who looks, one
that is still to come is due today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, LiteralString

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.web.counting import Count, count
from nimbus.web.cursor import Cursor
from nimbus.web.paging import PART, Page, Sort, Stretch, read_page

_SQL = beside(__file__, "todo.sql")

HERE = "/tasks"
# What the page can show, each in words.
SHOWN = {
    "open": "Open", "overdue": "Overdue", "today": "Due today", "week": "Next 7 days",
    "later": "Later", "undated": "Without a day", "done": "Done",
}  # fmt: skip
WEEK = 7
# Of more it is only said that there are more.
MOST_COUNTED = 1_000

DUE = Sort("due", "By day", "due_at")
DATED = Sort("due", "By day", "due_at", blanks=False)
UNDATED = Sort("oldest", "Oldest first")
LATEST = Sort("latest", "Latest first", "completed_at", descending=True, id_descending=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """Tasks that are `open` or `done`, due from a moment on and before another, or never."""

    status: str = "open"
    since: datetime | None = None
    before: datetime | None = None
    undated: bool = False

    @property
    def sort(self) -> Sort:
        """In the order of an index, which their bounds are ranges of."""
        if self.undated:
            return UNDATED
        return DATED if self.since or self.before else DUE

    @property
    def where(self) -> sql.SQL:
        """The status is part of the text, so that the index of what is done is known to have it."""
        tests: list[LiteralString] = [
            "m.status = 'done'" if self.status == "done" else "m.status = 'open'"
        ]
        tests += ["m.due_at >= %(since)s"] if self.since else []
        tests += ["m.due_at < %(before)s"] if self.before else []
        tests += ["m.due_at is null"] if self.undated else []
        return sql.SQL(" and ".join(tests))

    def values(self, tx: Tx) -> dict[str, Any]:
        return {"workspace": tx.workspace_id, "since": self.since, "before": self.before}


def spans(now: datetime, zone: tzinfo) -> dict[str, Asked]:
    """What is open by the days on which it is due where somebody is, the most urgent first."""
    morrow = _midnight(now, zone, 1)
    week = _midnight(now, zone, 1 + WEEK)
    return {
        "overdue": Asked(before=now),
        "today": Asked(since=now, before=morrow),
        "week": Asked(since=morrow, before=week),
        "later": Asked(since=week),
        "undated": Asked(undated=True),
    }


def span_of(due: datetime | None, spans: Mapping[str, Asked]) -> str:
    """The span in which one that is open is due."""
    if due is None:
        return "undated"
    return next(key for key, span in spans.items() if span.before is None or due < span.before)


def page(tx: Tx, asked: Asked, size: int, cursor: Cursor | None, sort: Sort | None = None) -> Page:
    """The most urgent first, and what has no day last; or in the order of `sort`."""

    def fetch(stretch: Stretch, more: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        statement = sql.SQL(_SQL["page"]).format(
            asked=asked.where, where=stretch.condition, order=stretch.order
        )
        return tx.rows(statement, {**asked.values(tx), **more, "limit": limit})

    return read_page(fetch, sort or asked.sort, size, cursor)


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The task alone, without what the page says of whom it is about."""
    return {name: value for name, value in row.items() if name not in ("name", PART)}


def how_many(tx: Tx, asked: Asked, read: Page) -> Count:
    """How many there are; `read` is one of the pages."""
    if read.total is not None:
        return Count(read.total, exact=True)
    return count(tx, _matching(asked), asked.values(tx), least=len(read.rows))


def some(tx: Tx, asked: Asked) -> Count:
    """How many there are, of which no more than MOST_COUNTED are counted."""
    statement = sql.SQL(_SQL["some"]).format(matching=_matching(asked))
    found: int = tx.value(statement, {**asked.values(tx), "most": MOST_COUNTED + 1})
    return Count(min(found, MOST_COUNTED), exact=found <= MOST_COUNTED)


def _matching(asked: Asked) -> sql.Composed:
    return sql.SQL(_SQL["matching"]).format(asked=asked.where)


def _midnight(now: datetime, zone: tzinfo, days: int) -> datetime:
    """At the beginning of the day so many days on."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), zone)
