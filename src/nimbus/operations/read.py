"""Readings of the log: the activity of a thing, and where each of its values came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.access.who import Who
from nimbus.db.door import Tx
from nimbus.operations.undo import undone_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A change together with its operation."""

    id: UUID
    kind: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    operation_id: UUID
    operation: str
    actor_kind: str
    actor_name: str
    through: str
    subject: str | None
    subject_id: UUID | None
    why: str | None
    at: datetime


def history(tx: Tx, thing_id: UUID, limit: int = 200) -> list[Entry]:
    """The changes of a thing, newest first."""
    return tx.all(
        Entry,
        """
        select c.id, c.kind, c.before, c.after, o.id as operation_id, o.kind as operation,
            o.actor_kind, o.actor_name, o.through, o.subject, o.subject_id, o.why, o.at
        from change c
        join operation o on o.workspace_id = c.workspace_id and o.id = c.operation_id
        where c.workspace_id = %s and c.thing_id = %s
        order by c.id desc
        limit %s
        """,
        [tx.workspace_id, thing_id, limit],
    )


def why_of(tx: Tx, operation_id: UUID) -> str | None:
    """What was given as the reason of an operation, or as what it is about."""
    found: str | None = tx.value(
        "select why from operation where workspace_id = %s and id = %s",
        [tx.workspace_id, operation_id],
    )
    return found


def made_by(tx: Tx, who: Who, operation_id: UUID) -> bool:
    """Whether it is an operation of theirs, and not undone meanwhile."""
    values = [tx.workspace_id, operation_id, who.id]
    statement = "select from operation where workspace_id = %s and id = %s and actor_id = %s"
    return bool(tx.rows(statement, values)) and not undone_of(tx, [operation_id])
