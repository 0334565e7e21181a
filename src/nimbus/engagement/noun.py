"""What notes, tasks and deals have in common: things of a contact that people write and change.

Each write is an operation about the contact, and each change is logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.append import append
from nimbus.engagement.event import NewEvent, Subject
from nimbus.engagement.read import contact_of
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.web.counting import Count, count
from nimbus.web.cursor import Cursor
from nimbus.web.paging import Page, Sort, Stretch, read_page

_SQL = beside(__file__, "noun.sql")

NEWEST = Sort("newest", "Newest first", descending=True, id_descending=True)
Row = dict[str, Any]


@dataclass(frozen=True)
class Noun:
    """`name` is that of its table and of its things in the log; `columns` are its own, of which
    `documents` are JSON."""

    name: str
    prefix: ids.Prefix
    columns: tuple[str, ...]
    documents: tuple[str, ...] = ()

    @cached_property
    def statements(self) -> dict[str, sql.Composed]:
        return {name: self.put(name) for name in ("matching", "one", "lock", "create", "remove")}

    def put(self, name: str, **more: sql.Composable) -> sql.Composed:
        """A statement about this noun."""
        return sql.SQL(_SQL[name]).format(
            table=sql.Identifier(self.name),
            columns=_listed([sql.Identifier("m", column) for column in self.columns]),
            names=_listed([sql.Identifier(column) for column in self.columns]),
            values=_listed([sql.Placeholder(column) for column in self.columns]),
            **more,
        )


def page(tx: Tx, noun: Noun, contact_id: UUID, size: int, cursor: Cursor | None) -> Page:
    """Those of a contact, newest first."""

    def fetch(stretch: Stretch, values: dict[str, Any], limit: int) -> list[Row]:
        statement = noun.put("page", where=stretch.condition, order=stretch.order)
        return tx.rows(statement, {**_of(tx, contact_id), **values, "limit": limit})

    return read_page(fetch, NEWEST, size, cursor)


def how_many(tx: Tx, noun: Noun, contact_id: UUID, read: Page) -> Count:
    """How many of them there are; `read` is one of the pages."""
    if read.total is not None:
        return Count(read.total, exact=True)
    return count(tx, noun.statements["matching"], _of(tx, contact_id), least=len(read.rows))


def one(tx: Tx, noun: Noun, id: UUID, *, to_change: bool = False) -> Row:
    """The thing of this id, kept as it is where it is `to_change`. Raises Problem(not_found)."""
    statement = noun.statements["lock" if to_change else "one"]
    row = tx.row(statement, {"workspace": tx.workspace_id, "id": id})
    if row is None:
        raise ids.missing(noun.prefix)
    return row


def create(
    tx: Tx, who: Who, noun: Noun, contact_id: UUID, values: Mapping[str, Any], through: str
) -> tuple[Operation, Row]:
    """A new one of a contact, which is known to be here."""
    operation = _start(tx, who, noun, "create", contact_id, through)
    row = tx.row(
        noun.statements["create"],
        {**_of(tx, contact_id), **dict.fromkeys(noun.columns), **_bound(noun, values),
         "by": who.name, "now": tx.now},
    )  # fmt: skip
    assert row  # noqa: S101 - an insert that returns
    log(tx, operation, noun.name, row["id"], "created", None, _logged(noun, row))
    return operation, row


def change(
    tx: Tx, who: Who, noun: Noun, old: Row, values: Mapping[str, Any], through: str
) -> tuple[Operation | None, Row]:
    """Set what differs of `values`; no operation where nothing does."""
    new = {column: value for column, value in values.items() if value != old[column]}
    if not new:
        return None, old
    operation = _start(tx, who, noun, "update", old["contact_id"], through)
    assignments = _listed(
        [sql.SQL("{} = {}").format(sql.Identifier(c), sql.Placeholder(c)) for c in new]
    )
    row = tx.row(
        noun.put("change", assignments=assignments),
        {"workspace": tx.workspace_id, "id": old["id"], "now": tx.now, **_bound(noun, new)},
    )
    assert row  # noqa: S101 - it is locked
    before, after = (
        {column: value for column, value in _logged(noun, one).items() if column in new}
        for one in (old, row)
    )
    log(tx, operation, noun.name, row["id"], "updated", before, after)
    return operation, row


def remove(tx: Tx, who: Who, noun: Noun, id: UUID, through: str) -> None:
    """Take it away; the log keeps it, and the timeline that there was one. Raises
    Problem(not_found)."""
    old = one(tx, noun, id, to_change=True)
    operation = _start(tx, who, noun, "delete", old["contact_id"], through)
    tx.run(noun.statements["remove"], {"workspace": tx.workspace_id, "id": id})
    log(tx, operation, noun.name, id, "deleted", _whole(noun, old), None)


def tell(
    tx: Tx, operation: Operation, noun: Noun, row: Row, type: str, data: Mapping[str, Any]
) -> None:
    """Show on the timeline what somebody did with it, now."""
    subject = cast(Subject, noun.name)  # What is told of is a note, a task or a deal.
    event = NewEvent(
        row["contact_id"], type, tx.now, "person", operation.who.name, subject, row["id"],
        {name: value for name, value in data.items() if value is not None},
    )  # fmt: skip
    append(tx, operation, [event])


def _start(tx: Tx, who: Who, noun: Noun, deed: str, contact_id: UUID, through: str) -> Operation:
    return operations.start(
        tx, who, f"{noun.name}.{deed}", through, subject="contact",
        subject_id=contact_of(tx, who, contact_id),
    )  # fmt: skip


def _bound(noun: Noun, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column: Jsonb(value) if column in noun.documents else value
        for column, value in values.items()
    }


def _of(tx: Tx, contact_id: UUID) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, "contact": contact_id}


def _logged(noun: Noun, row: Row) -> dict[str, object]:
    return {column: _plain(row[column]) for column in noun.columns}


def _whole(noun: Noun, row: Row) -> dict[str, object]:
    """What brings it back."""
    also = ("contact_id", "created_by", "created_at")
    return _logged(noun, row) | {column: _plain(row[column]) for column in also}


def _plain(value: Any) -> object:
    """As PostgreSQL makes JSON of it, by which an undo sees whether it is still there."""
    match value:
        case datetime():
            whole, dot, rest = value.astimezone(UTC).isoformat().partition(".")
            fraction = rest.removesuffix("+00:00").rstrip("0")
            return f"{whole}.{fraction}+00:00" if dot else whole
        case Decimal():
            return float(value)
        case UUID():
            return str(value)
        case list():
            return [_plain(one) for one in value]
        case _:
            return value


def _listed(pieces: Sequence[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(pieces)
