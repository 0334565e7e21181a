"""Fields that other rooms offer for filters: their values lie in rows beside the contact.

A room offers them in `rooms.py` as an `Offer`; the catalogue then has them like any other field,
except that nobody imports, edits or stores them, and rules of tier and score cannot ask for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from psycopg import sql

if TYPE_CHECKING:
    from nimbus.db.door import Tx
    from nimbus.fields.field import Field

Key = Literal["id", "email", "email_domain", "company_id"]


class Binds(Protocol):
    """Where a piece of SQL leaves its values; the statement itself binds `workspace`."""

    @property
    def now(self) -> datetime: ...

    def add(self, value: Any) -> sql.Composable:
        """The placeholder of a value."""
        ...


@dataclass(frozen=True, slots=True)
class Related:
    """A value in rows that belong to the contact, such as the reason of its suppression.

    `key`      the contact's column by which its rows are found
    `rows`     a select of `key` and `value` over the workspace's rows, one per key
    `missing`  what the value of a contact without a row is: None is blank, 0 a count of nothing
    `at_hand`  that an index finds the row of a contact, so that lists and files can show the value
    """

    key: Key
    rows: Callable[[Binds], sql.Composable]
    missing: Any = None
    at_hand: bool = False


@dataclass(frozen=True, slots=True)
class Worked:
    """A value worked out of the contact's own columns, such as whether its assignment has ended.

    `sql` is the expression over the contact `alias`, `of` the same for a row with its columns, at
    that time.
    """

    sql: Callable[[str, Binds], sql.Composable]
    of: Callable[[Mapping[str, Any], datetime], Any]


@dataclass(frozen=True, slots=True)
class Member:
    """Sets that a contact is in or not, such as segments, each with an id.

    `holds` is the condition that the contact `alias` is in the set of that id; an id that is not
    there, or not ours, holds nobody. `meaning` is the filter that a set stands for, None for one
    that is asked by `holds`.
    """

    holds: Callable[[UUID, str, Binds], sql.Composable]
    meaning: Callable[[UUID], Any] = lambda id: None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a room offers. `fields` are listed everywhere; `find` answers further keys that are made
    on demand, such as `events.opened.last_30_days`."""

    fields: Callable[[Tx], tuple[Field, ...]]
    find: Callable[[str], Field | None] = lambda key: None
