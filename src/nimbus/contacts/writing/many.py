"""Writing many contacts at once: locked, changed, logged, followed, a batch at a time (S0-61 …
S0-67, G-22). Of each that is not changed is told why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.contacts.writing.derived import needed, with_followers
from nimbus.contacts.writing.incoming import LADDERS, TWINS
from nimbus.contacts.writing.one import Row, differing
from nimbus.contacts.writing.patch import EDITABLE, Patch
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import STANDARD
from nimbus.fields.required import refuse_clearing
from nimbus.operations import Operation, logged
from nimbus.operations.bulk import Left
from nimbus.operations.operation import Changed
from nimbus.problems import Problem

_SQL = beside(__file__, "many.sql")

_TRASH = ("is_deleted", "deleted_at", "deletion_reason")
# What an edit changes, and what that follows from.
_LOCKED = {"id", "is_deleted", "client_id", "assigned_until"}
_EDITED = sorted(
    {field.column for field in STANDARD if field.thing == "contact" and field.column}
    | {twin for twin, phone in TWINS.items() if phone in EDITABLE} | {"custom"}
)  # fmt: skip
_WHOLE = sql.SQL("").join(
    sql.SQL(", c.{}").format(sql.Identifier(name)) for name in _EDITED if name not in _LOCKED
)


NOTHING = sql.SQL("")


def lock_many(
    tx: Tx, operation: Operation, ids: Sequence[UUID], *, trashed: str = "in_trash",
    more: sql.Composable = NOTHING,
) -> tuple[list[Row], list[Left]]:  # fmt: skip
    """The live contacts of a batch, locked in the order of their ids, and why the others are none
    that whoever began the operation may change. `trashed` is the reason of those in the trash."""
    statement = sql.SQL(_SQL["lock"]).format(more=more)
    rows = tx.rows(statement, {"workspace": tx.workspace_id, "ids": list(ids)})
    only = operation.who.client_id
    live: list[Row] = []
    left = [Left(id, "failed", "not_found") for id in set(ids) - {row["id"] for row in rows}]
    for row in rows:
        if row["is_merged"]:
            left.append(Left(row["id"], "failed", "merged"))
        elif only and row["client_id"] not in (None, only) and _runs(row, tx):
            left.append(Left(row["id"], "failed", "other_client"))
        elif row["is_deleted"]:
            left.append(Left(row["id"], "failed", trashed))
        else:
            live.append(row)
    return live, left


def tag_many(
    tx: Tx, operation: Operation, ids: Sequence[UUID], add: Sequence[str], remove: Sequence[str],
    *, replacing: bool = False,
) -> list[Left]:  # fmt: skip
    """Add tags and remove others; with `replacing` the new ones are only for those who lose one."""
    live, left = lock_many(tx, operation, ids)
    values = {"add": list(add), "remove": list(remove), "replacing": replacing}
    done = _run(tx, operation, sql.SQL(_SQL["tag"]), live, values)
    _tell(tx, operation, "updated", done, {"tags"})
    return [*left, *_unchanged(live, done)]


def trash_many(tx: Tx, operation: Operation, ids: Sequence[UUID], reason: str | None) -> list[Left]:
    """Put contacts into the trash; their assignments run on, as with one (`trash.delete`)."""
    live, left = lock_many(tx, operation, ids)
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), _TRASH)
    statement = sql.SQL(_SQL["trash"]).format(before=before, after=after)
    done = _run(tx, operation, statement, live, {"reason": reason})
    _tell(tx, operation, "deleted", done, _TRASH)
    return [*left, *_unchanged(live, done)]


def edit_many(
    tx: Tx, operation: Operation, ids: Sequence[UUID], patch: Patch, *, may_loosen: bool
) -> list[Left]:
    """Give contacts the values of an edit and what follows from them for each, as `edit.update`
    does for one; `may_loosen` lets a status become less strict."""
    live, left = lock_many(tx, operation, ids, more=_WHOLE)
    goals: dict[UUID, dict[str, Any]] = {}
    kept_by_all = needed(tx, patch.columns)
    custom = msgspec.json.decode(_dumps(patch.custom))  # As it comes back from the database.
    for row in live:
        if _is_loosened(row, patch.columns, may_loosen):
            left.append(Left(row["id"], "failed", "consent_protected"))
            continue
        own = {**row["custom"], **custom}
        kept = {key: value for key, value in own.items() if value is not None}
        wanted = {**with_followers(row, patch.columns), "custom": kept}
        try:
            refuse_clearing(kept_by_all, {**row, **row["custom"]}, {**row, **wanted, **own})
        except Problem:
            left.append(Left(row["id"], "failed", "required_field"))
            continue
        if values := differing(row, wanted):
            goals[row["id"]] = values
        else:
            left.append(Left(row["id"], "unchanged"))
    if goals:
        names = sorted({name for values in goals.values() for name in values})
        done = _run(tx, operation, _writing(names), [row for row in live if row["id"] in goals],
                    {"goals": [Jsonb(goal, dumps=_dumps) for goal in goals.values()]})  # fmt: skip
        _tell(tx, operation, "updated", done, names)
    return left


def _runs(row: Row, tx: Tx) -> bool:
    return row["assigned_until"] is not None and row["assigned_until"] > tx.now


def _is_loosened(row: Row, columns: Mapping[str, Any], may_loosen: bool) -> bool:
    """A consent is loosened only with what proves it, of one person at a time (G-02)."""
    return any(
        ladder.tightened(row[column], columns.get(column)).protected
        and (column == "consent_status" or not may_loosen)
        for column, ladder in LADDERS.items()
    )


def _run(
    tx: Tx, operation: Operation, statement: sql.Composable, live: Sequence[Row],
    values: Mapping[str, Any],
) -> list[UUID]:  # fmt: skip
    """Who was changed."""
    if not live:
        return []
    bound = {"workspace": tx.workspace_id, "operation": operation.id, "now": tx.now,
             "ids": [row["id"] for row in live], **values}  # fmt: skip
    return tx.column(sql.SQL("{}").format(statement), bound)


def _tell(
    tx: Tx, operation: Operation, kind: str, done: Sequence[UUID], columns: Iterable[str]
) -> None:
    if done:
        told = Changed("contact", kind, tuple(done), frozenset(columns), operation=operation)
        tx.changes.append(told)


def _unchanged(live: Sequence[Row], done: Sequence[UUID]) -> list[Left]:
    changed = set(done)
    return [Left(row["id"], "unchanged") for row in live if row["id"] not in changed]


def _writing(names: Sequence[str]) -> sql.Composed:
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), names)
    return sql.SQL(_SQL["write"]).format(
        columns=sql.SQL(", ").join(sql.Identifier("n", name) for name in names),
        assignments=sql.SQL(", ").join(
            sql.SQL("{n} = f.{n}").format(n=sql.Identifier(name)) for name in names
        ),
        before=before,
        after=after,
    )


def _dumps(value: Any) -> bytes:
    return msgspec.json.encode(value, enc_hook=str)
