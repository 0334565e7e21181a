"""Undoing an operation: planned on the log alone, carried out by the rooms whose things it changed.

A value goes back only while it is still what the operation left: by the log, nobody else has set
it since, and the thing really has it. Everything else is kept, and listed with who changed it
(design idea 4, G-01, G-21).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import logged
from nimbus.operations.operation import Operation

EVERYTHING = sql.SQL("true")

_LOG, _SQL = beside(__file__, "undo_log.sql"), beside(__file__, "undo.sql")


@dataclass(frozen=True, slots=True)
class Undoing:
    """An operation that undoes another, which was of a `kind` and begun `undone_at`. `family` are
    the undone one and what undid and redid it before; `first` and `last` are the bounds of its
    changes."""

    operation: Operation
    undone: UUID
    kind: str
    undone_at: Any
    family: tuple[UUID, ...]
    first: UUID
    last: UUID


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of a kind of thing go back.

    Those that are `worked_out` from others go back where they can and are never told of. `maps` go
    back key by key, `lists` item by item. `units` are columns that go back together or not at all.
    """

    worked_out: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    units: tuple[tuple[str, ...], ...] = ()

    def values(self) -> dict[str, Any]:
        told = [(column, "+".join(unit)) for unit in self.units for column in unit]
        return {
            "worked_out": list(self.worked_out), "maps": list(self.maps),
            "lists": list(self.lists), "columns": [column for column, _ in told],
            "units": [unit for _, unit in told],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """What a room offers: to take back what an operation changed of its things.

    `lock` keeps the things of `undo` as they are until the end of the transaction; `restore` then
    does what the plan in `undo` says, tells in `unrestored` what stays, and answers counts.
    """

    thing: str
    columns: Columns
    lock: Callable[[Tx], None]
    restore: Callable[[Tx, Undoing], Mapping[str, int]]
    size: int = 5_000


# What a room still does once all of an operation of its kind has gone back.
Finisher = Callable[[Tx, Undoing], None]

_steps: list[Step] = []
_finishers: dict[str, Finisher] = {}


def install(steps: Iterable[Step], finishers: Mapping[str, Finisher]) -> None:
    """The rooms' steps, in the order in which they are taken, and by kinds of operations what comes
    last."""
    _steps[:] = steps
    _finishers.clear()
    _finishers.update(finishers)


def finish(tx: Tx, undoing: Undoing) -> None:
    """After the last step."""
    if finisher := _finishers.get(undoing.kind):
        finisher(tx, undoing)


def steps() -> tuple[Step, ...]:
    return tuple(_steps)


def open_undo(tx: Tx) -> None:
    """The temporary tables of a page, empty: a small undo is one transaction of several pages."""
    # As with `batch`: a plan that is kept would be one for other numbers.
    tx.run("set local plan_cache_mode = 'force_custom_plan'")
    tx.run("set local random_page_cost = 0.1")
    tx.run("set local client_min_messages = 'warning'")
    for table in (_LOG["make_undo"], _LOG["make_past"], _SQL["make_aim"], _SQL["make_unrestored"]):
        tx.run(table)
    tx.run(_SQL["empty"])


def family(tx: Tx, operation_id: UUID, undoing: UUID) -> tuple[UUID, ...]:
    """The operation and all that undid it, undid that, and so on, without `undoing`."""
    values = {"workspace": tx.workspace_id, "undone": operation_id, "undoing": undoing}
    return tuple(tx.column(_LOG["family"], values))


def bounds(tx: Tx, operation_id: UUID) -> dict[str, Any] | None:
    """`first` and `last` change of an operation, and how many `changes` of each kind of thing; None
    when there is none."""
    found = tx.row(_LOG["bounds"], {"workspace": tx.workspace_id, "undone": operation_id})
    return found if found and found["changes"] else None


def size(found: Mapping[str, Any]) -> int:
    """How many changes the steps go through, by the `bounds` of an operation."""
    total: int = sum(found["changes"].get(step.thing, 0) for step in _steps)
    return total


def plan_page(tx: Tx, undoing: Undoing, step: Step, after: UUID | None) -> tuple[UUID, int] | None:
    """Fill `undo` with the next things of a step, locked, and what the log says of them. Answers
    the change that the page ended with and how many it had; None when there are no more."""
    open_undo(tx)
    values = {
        "workspace": tx.workspace_id, "undone": undoing.undone, "first": undoing.first,
        "last": undoing.last, "thing": step.thing, "after": after, "size": step.size,
    }  # fmt: skip
    page = tx.row(_LOG["page"], values)
    if page is None:
        return None
    tx.run(_LOG["analyze"])
    step.lock(tx)
    tx.run(_LOG["past"], {**values, "family": list(undoing.family)})
    if undone := undone_of(tx, tx.column(_LOG["others"])):
        tx.run(_LOG["past_undone"], {"undone": undone})
    tx.run(_LOG["analyze_past"])
    tx.run(_SQL["plan"], step.columns.values())
    return page["after"], page["changes"]


def undone_of(tx: Tx, operations: Sequence[UUID]) -> list[UUID]:
    """Those of some operations that are undone, and not done again since."""
    if not operations:
        return []
    values = {"workspace": tx.workspace_id, "operations": list(operations)}
    return tx.column(_LOG["undone"], values)


def aim(tx: Tx, table: str, columns: Columns) -> None:
    """Fill `aim` with what the things of `undo` go back to, by what their `table` holds now; those
    that the operation made are left to their room."""
    values = {"workspace": tx.workspace_id, **columns.values()}
    for name in ("gone", "aim", "changed_unlogged"):
        tx.run(sql.SQL(_SQL[name]).format(table=sql.Identifier(table)), values)


def goals(tx: Tx) -> list[str]:
    """The columns that anything goes back in."""
    return tx.column(_SQL["goals"])


def write(
    tx: Tx, undoing: Undoing, thing: str, table: str, *, unlogged: Iterable[str] = (),
    only: sql.Composable = EVERYTHING, touched: bool = True,
) -> list[UUID]:  # fmt: skip
    """Let the things of `aim` go back, or those `only` for which a condition on it (`a`) holds,
    logged; called by the room whose table it is. Answers who changed. Columns that are `unlogged`
    follow from others; with `touched` the thing is newly updated."""
    names = goals(tx)
    if not names:
        return []
    told = [name for name in names if name not in set(unlogged)]
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), told)
    statement = sql.SQL(_SQL["write"]).format(
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(sql.Identifier("n", name) for name in names),
        only=only,
        assignments=sql.SQL(", ").join(
            [
                *(sql.SQL("{n} = b.{n}").format(n=sql.Identifier(name)) for name in names),
                *([sql.SQL("updated_at = %(now)s")] if touched else []),
            ]
        ),
        before=before,
        after=after,
    )
    values = {
        "workspace": tx.workspace_id, "undoing": undoing.operation.id, "thing": thing,
        "now": tx.now,
    }  # fmt: skip
    return tx.column(statement, values)


def keep(tx: Tx, undoing: Undoing, thing: str) -> None:
    """Keep for good what `unrestored` tells of this batch."""
    tx.run(
        _SQL["keep"],
        {"workspace": tx.workspace_id, "undoing": undoing.operation.id, "thing": thing},
    )


def kept_things(tx: Tx, operation_id: UUID) -> dict[str, int]:
    """How many things of each kind an undoing operation kept, wholly or in part."""
    values = {"workspace": tx.workspace_id, "undoing": operation_id}
    return {row["thing"]: row["things"] for row in tx.rows(_SQL["kept_things"], values)}
