"""The bulk log: what was done to many contacts in the last 30 days, and to whom (S0-84, G-22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from nimbus.bulk.bulk import KEPT, Bulk
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside

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


def count(tx: Tx) -> int:
    """How many the log has."""
    found: int = tx.value(_SQL["count"], {"workspace": tx.workspace_id, "since": tx.now - KEPT})
    return found


def rows(tx: Tx, bulk: Bulk, outcome: Outcome | None, after: UUID | None, limit: int) -> list[Row]:
    """A page of its contacts, in the order of their ids; all of them, or those of one outcome."""
    values = {
        "workspace": tx.workspace_id, "operation": bulk.id, "selection": bulk.selection_id,
        "reached": bulk.reached, "outcome": outcome, "after": after, "limit": limit,
    }  # fmt: skip
    name = {None: "all", "done": "done", "not_done": "not_done"}.get(outcome, "left")
    return tx.all(Row, _SQL[name], values)


def names(tx: Tx, contact_ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """`name` and `email` of those that are still here."""
    found = tx.rows(_SQL["names"], {"workspace": tx.workspace_id, "ids": contact_ids})
    return {row["id"]: row for row in found}


def _found(
    tx: Tx, id: UUID | None, before: UUID | None, limit: int, *, ever: bool = False
) -> list[Bulk]:
    values = {"workspace": tx.workspace_id, "id": id, "before": before,
              "since": None if ever else tx.now - KEPT, "limit": limit}  # fmt: skip
    return tx.all(Bulk, _SQL["find"], values)
