"""The bulk log: what was done to many contacts in the last 30 days, and to whom (S0-84, G-22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from psycopg import sql

from nimbus.bulk.bulk import KEPT, Bulk
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside, together
from nimbus.web.counting import COUNT_BUDGET, Count

_SQL = beside(__file__, "bulk.sql")

Outcome = Literal["done", "unchanged", "failed", "not_done"]


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one contact."""

    contact_id: UUID
    outcome: Outcome
    reason: str | None


def find(tx: Tx, operation_id: UUID) -> Bulk:
    """Raises Problem(not_found)."""
    found = _found(tx, operation_id, None, 1, ever=True)
    if not found:
        raise ids.missing("op")
    return found[0]


def recent(tx: Tx, before: UUID | None, limit: int) -> list[Bulk]:
    """Newest first, from the one before `before`."""
    return _found(tx, None, before, limit)


def of_jobs(tx: Tx, jobs: Sequence[UUID]) -> list[Bulk]:
    """Those that these jobs carry out."""
    return _found(tx, None, None, len(jobs), jobs=jobs)


def count(tx: Tx) -> int:
    """How many the log has."""
    found: int = tx.value(_SQL["count"], {"workspace": tx.workspace_id, "since": tx.now - KEPT})
    return found


def rows(tx: Tx, bulk: Bulk, outcome: Outcome | None, after: UUID | None, limit: int) -> list[Row]:
    """A page of its contacts, in the order of their ids; all of them, or those of one outcome."""
    return tx.all(Row, _SQL[_statement(outcome)], _values(tx, bulk, outcome, after, limit))


def count_rows(tx: Tx, bulk: Bulk, outcome: Outcome | None) -> Count:
    """How many `rows` there are in all. Whoever was erased since is not among them, though the log
    keeps its own number; of many that one is told, and that it is not exact (G-26)."""
    told: int = getattr(bulk, outcome) if outcome else bulk.count
    if told > COUNT_BUDGET:
        return Count(told, exact=False)
    every = sql.SQL(_SQL[_statement(outcome)])
    counted = together(_SQL["count_rows"], rows=every)
    return Count(tx.value(counted, _values(tx, bulk, outcome, None, None)), exact=True)


def names(tx: Tx, contact_ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """`name` and `email` of those that are still here."""
    found = tx.rows(_SQL["names"], {"workspace": tx.workspace_id, "ids": contact_ids})
    return {row["id"]: row for row in found}


def _statement(outcome: Outcome | None) -> str:
    return {None: "all", "done": "done", "not_done": "not_done"}.get(outcome, "left")


def _values(
    tx: Tx, bulk: Bulk, outcome: Outcome | None, after: UUID | None, limit: int | None
) -> dict[str, Any]:
    return {
        "workspace": tx.workspace_id, "operation": bulk.id, "selection": bulk.selection_id,
        "reached": bulk.reached, "outcome": outcome, "after": after, "limit": limit,
    }  # fmt: skip


def _found(
    tx: Tx, id: UUID | None, before: UUID | None, limit: int, *, ever: bool = False,
    jobs: Sequence[UUID] | None = None,
) -> list[Bulk]:  # fmt: skip
    values = {"workspace": tx.workspace_id, "id": id, "before": before,
              "jobs": None if jobs is None else list(jobs),
              "since": None if ever else tx.now - KEPT, "limit": limit}  # fmt: skip
    return tx.all(Bulk, _SQL["find"], values)
