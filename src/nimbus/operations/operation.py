"""An operation: one intent of somebody, under which all its changes are logged (design idea 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.access.who import Who
from nimbus.db.door import Tx


@dataclass(frozen=True, slots=True)
class Operation:
    """`kind` is what was meant (`import`, `contact.create`, `rules.save`); `through` the way it
    came in (`web`, `api`, `cli`, `worker`)."""

    id: UUID
    kind: str
    through: str
    who: Who
    at: datetime


def start(
    tx: Tx, who: Who, kind: str, through: str, *,
    subject: str | None = None, subject_id: UUID | None = None, why: str | None = None,
    undoes: UUID | None = None, job_id: UUID | None = None,
) -> Operation:  # fmt: skip
    """Begin an operation in this transaction; what it changes names it in `change`. `undoes` is the
    operation that this one undoes, `job_id` the long job that carries it out."""
    operation_id = tx.value(
        """
        insert into operation
            (workspace_id, kind, actor_kind, actor_id, actor_name, through, subject, subject_id,
             why, at, undoes, job_id)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id
        """,
        [tx.workspace_id, kind, who.kind, who.id, who.name, through, subject, subject_id, why,
         tx.now, undoes, job_id],
    )  # fmt: skip
    tx.memory.setdefault("operation", operation_id)
    return Operation(operation_id, kind, through, who, tx.now)


def begun(tx: Tx) -> UUID | None:
    """The first operation of this transaction, for the answer to what it changed."""
    found: UUID | None = tx.memory.get("operation")
    return found


@dataclass(frozen=True, slots=True)
class Changed:
    """What a room tells the followers of a transaction: these things of a kind were changed.

    `scored` says that tier and score were computed in the same statement already. With an
    `operation` what follows belongs to it and happens at once: its writer works in batches.
    """

    thing: str
    kind: str
    ids: tuple[UUID, ...]
    columns: frozenset[str] = frozenset()
    scored: bool = False
    operation: Operation | None = None


def log(
    tx: Tx, operation: Operation, thing: str, thing_id: UUID, kind: str,
    before: Mapping[str, object] | None, after: Mapping[str, object] | None,
) -> None:  # fmt: skip
    """One change of a thing that is written a row at a time (a rule, a list entry, a field)."""
    from psycopg.types.json import Jsonb

    tx.run(
        "insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        [tx.workspace_id, operation.id, thing, thing_id, kind,
         Jsonb(dict(before)) if before is not None else None,
         Jsonb(dict(after)) if after is not None else None],
    )  # fmt: skip
