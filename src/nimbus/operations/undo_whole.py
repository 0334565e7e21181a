"""Things that come again or go as a whole when an operation is undone: those that it took away, and
those that it made. For the rooms whose things these are; a thing is named as its table is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.undo import Undoing

_SQL = beside(__file__, "undo_whole.sql")


def lock(tx: Tx, thing: str) -> None:
    """Keep the things of `undo` as they are until the end of the transaction."""
    tx.run(_of(thing, "lock"), {"workspace": tx.workspace_id})


def coming(tx: Tx, thing: str) -> int:
    """How many of those that the operation took away are to come back, for a room that has a limit
    on them."""
    found: int = tx.value(_of(thing, "coming"), {"workspace": tx.workspace_id})
    return found


def put_back(
    tx: Tx, undoing: Undoing, thing: str, *, defaults: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None, needed: Collection[str] = (),
) -> int:  # fmt: skip
    """Those that the operation took away are there again as they were, under their own ids, logged.

    `defaults` are of columns that the log may not tell, `given` of columns that are not as they
    were; one of which the log does not tell the columns `needed` stays away. Answers how many came.
    """
    values = _values(tx, undoing, thing) | {
        "defaults": Jsonb(defaults or {}), "given": Jsonb(given or {}), "needed": list(needed)
    }  # fmt: skip
    return tx.run(_of(thing, "put_back"), values)


def not_put_back(tx: Tx, thing: str, reason: str) -> None:
    """Tell why those that could not come did not: another has what only one can have."""
    tx.run(_of(thing, "not_put_back"), {"workspace": tx.workspace_id, "reason": reason})


def leave_taken(tx: Tx, thing: str, column: str, reason: str) -> None:
    """A value in `aim` that another of them has by now, where only one can have it, does not go
    back."""
    values = {"workspace": tx.workspace_id, "column": column, "reason": reason}
    tx.run(_of(thing, "leave_taken", column), values)


def made(tx: Tx, thing: str) -> list[UUID]:
    """Those that the operation made, that are still there and that nobody has changed since."""
    return tx.column(_of(thing, "made"), {"workspace": tx.workspace_id})


def unmake(tx: Tx, undoing: Undoing, thing: str, ids: Collection[UUID]) -> int:
    """Some of those that it `made` go, logged. Answers how many went."""
    return tx.run(_of(thing, "unmake"), _values(tx, undoing, thing) | {"ids": list(ids)})


def stay(tx: Tx, ids: Collection[UUID], reason: str) -> None:
    """Tell why the others of those that it `made` do not go."""
    tx.run(_SQL["stay"], {"ids": list(ids), "reason": reason})


def _of(thing: str, name: str, column: str = "id") -> sql.Composed:
    names = {"table": sql.Identifier(thing), "column": sql.Identifier(column)}
    return sql.SQL(_SQL[name]).format(**names)


def _values(tx: Tx, undoing: Undoing, thing: str) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, "undoing": undoing.operation.id, "thing": thing}
