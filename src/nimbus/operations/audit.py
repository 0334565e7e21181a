"""Reading the whole log, newest first: whatever anybody changed, by every path (S0-25, G-49)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Door, Tx
from nimbus.db.row import Row
from nimbus.db.sqlfile import beside, together
from nimbus.operations import things
from nimbus.operations.sealing import id_at, time_of
from nimbus.problems import Problem
from nimbus.web.counting import Count, count
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Page, Sort, Stretch, read_page
from nimbus.web.timely import timely

_SQL = beside(__file__, "audit.sql")
NEWEST_FIRST = Sort("newest", "Newest first", id_descending=True)
_CHUNK = 2_000
# Means nothing outside: what emails are told apart by, which says no more than the email itself.
_INTERNAL = frozenset({"email_key"})

# The changes `m` that are asked for; what is null asks for nothing. Also those whose operation is
# gone, which is for `nimbus audit verify` to tell.
MATCHING = """
    from change m
    left join operation o on o.workspace_id = m.workspace_id and o.id = m.operation_id
    where m.workspace_id = %(workspace)s
        and (%(since)s::uuid is null or m.id >= %(since)s)
        and (%(until)s::uuid is null or m.id < %(until)s)
        and (%(thing)s::text is null or m.thing = %(thing)s)
        and (%(thing_id)s::uuid is null or m.thing_id = %(thing_id)s)
        and (%(kind)s::text is null or m.kind = %(kind)s)
        and (%(operation_id)s::uuid is null or m.operation_id = %(operation_id)s)
        and (%(actor_kind)s::text is null or o.actor_kind = %(actor_kind)s)
        and (%(actor_id)s::uuid is null or o.actor_id = %(actor_id)s)
        and (%(through)s::text is null or o.through = %(through)s)
        and (%(operation)s::text is null or o.kind = %(operation)s)
        and (%(column)s::text is null or m.before ? %(column)s or m.after ? %(column)s)
        and (%(custom)s::text is null or (m.before -> 'custom' -> %(custom)s)
            is distinct from (m.after -> 'custom' -> %(custom)s))
"""

ActorKind = Literal["person", "key", "system"]


@dataclass(frozen=True, slots=True)
class Sought:
    """What of the log is asked for; None asks for all. `column` is one that was changed, or
    `custom` the id of a custom field. `since` and `until` bound the time of writing, the latter is
    not within."""

    actor_kind: ActorKind | None = None
    actor_id: UUID | None = None
    through: str | None = None
    thing: str | None = None
    thing_id: UUID | None = None
    kind: str | None = None
    operation: str | None = None
    operation_id: UUID | None = None
    column: str | None = None
    custom: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def seal(self, key: bytes, workspace_id: UUID) -> Seal:
        """Of the cursors of this list."""
        asked = json.dumps([str(workspace_id), asdict(self)], default=str)
        return Seal(key, hashlib.sha256(asked.encode()).hexdigest())

    def values(self, workspace_id: UUID) -> dict[str, Any]:
        return {
            **asdict(self), "workspace": workspace_id,
            "since": id_at(self.since) if self.since else None,
            "until": id_at(self.until) if self.until else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A change together with its operation; `at` is when it was written. Of values that an erasure
    took away it says `is_erased`."""

    id: UUID
    thing: str
    thing_id: UUID
    kind: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    is_erased: bool
    operation_id: UUID
    operation: str
    actor_kind: ActorKind
    actor_id: UUID | None
    actor_name: str
    through: str
    why: str | None
    undoes: UUID | None

    @property
    def at(self) -> datetime:
        return time_of(self.id)

    def differences(self) -> Iterator[tuple[str, str | None, Any, Any]]:
        """What differs and means something outside: the column, of custom values the id of the
        field, the value before and after."""
        was, now = self.before or {}, self.after or {}
        for column in {**was, **now}:
            if column in _INTERNAL:
                continue
            if column == "custom":
                old, new = was.get(column) or {}, now.get(column) or {}
                for field in {**old, **new}:
                    if old.get(field) != new.get(field):
                        yield column, field, old.get(field), new.get(field)
            else:
                yield column, None, was.get(column), now.get(column)


def page(tx: Tx, sought: Sought, size: int, cursor: Cursor | None) -> tuple[Page, Count]:
    """A page of the log, and how many changes there are in all. Raises Problem(too_expensive)."""
    bound = sought.values(tx.workspace_id)

    def fetch(stretch: Stretch, values: dict[str, Any], limit: int) -> list[Row]:
        return tx.listed(_statement(stretch), {**bound, **values, "limit": limit})

    try:
        with timely(tx):
            found = read_page(fetch, NEWEST_FIRST, size, cursor)
            if found.total is not None:
                return found, Count(found.total, exact=True)
            matching = sql.SQL("select {}").format(sql.SQL(MATCHING))
            return found, count(tx, matching, bound, found.start + len(found.rows))
    except Problem as problem:
        if problem.code != "too_expensive":
            raise
        raise Problem(
            "too_expensive",
            "Looking through this much of the log takes too long. Narrow it: name a shorter time "
            "with since and until, or the thing or operation that you ask about.",
        ) from None


def changes(tx: Tx, page: Page) -> list[Change]:
    """Without what is for one person alone."""
    return things.veiled(tx, [_change(row) for row in page.rows])


def every(door: Door, workspace_id: UUID, sought: Sought) -> Iterator[list[Change]]:
    """All that is asked for, newest first, some at a time: each in a transaction of its own, so
    that whoever reads slowly holds no connection."""
    cursor: Cursor | None = None
    while True:
        with door.workspace(workspace_id) as tx:
            bound = sought.values(workspace_id)
            tx.run("set local plan_cache_mode = 'force_custom_plan'")

            def fetch(
                stretch: Stretch, values: dict[str, Any], limit: int,
                tx: Tx = tx, bound: dict[str, Any] = bound,
            ) -> list[Row]:  # fmt: skip
                return tx.listed(_statement(stretch), {**bound, **values, "limit": limit})

            found = read_page(fetch, NEWEST_FIRST, _CHUNK, cursor)
            told = changes(tx, found)
        yield told
        cursor = found.next
        if cursor is None:
            return


def _statement(stretch: Stretch) -> sql.SQL:
    return together(
        _SQL["page"], matching=sql.SQL(MATCHING), stretch=stretch.condition,
        order=stretch.order,
    )  # fmt: skip


def _change(row: Any) -> Change:
    return Change(**{name: row[name] for name in Change.__slots__})
