"""Undoing as a long job: batch by batch from its cursor, so that it can be killed at any point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from nimbus.access.who import Who
from nimbus.db.door import Tx
from nimbus.jobs import Context, defer, in_batches, job, task
from nimbus.operations import undo
from nimbus.operations.operation import Operation, start
from nimbus.operations.undo_run import At, beginning, page, sentence
from nimbus.problems import Problem


@dataclass(frozen=True, slots=True)
class Undo:
    """An operation that undoes another, and how far its job is. `counts` tells how many contacts
    and companies went back or were kept."""

    id: UUID
    kind: str
    subject_id: UUID
    undoes: UUID
    actor_name: str
    at: datetime
    job_id: UUID
    status: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    done: int
    total: int | None
    message: str | None
    counts: dict[str, int]
    finished_at: datetime | None

    @property
    def is_done(self) -> bool:
        return self.status == "done"

    @property
    def is_going(self) -> bool:
        return self.status in ("queued", "running")

    @property
    def fraction(self) -> float | None:
        """Between 0 and 1; None while the total is unknown."""
        if self.is_done:
            return 1.0
        return min(1.0, self.done / self.total) if self.total else None


def begin_undo(
    tx: Tx, who: Who, kind: str, through: str, undone: UUID, label: str,
    href: str | None,
    *, subject: str | None = None, subject_id: UUID | None = None, why: str | None = None,
) -> Operation:  # fmt: skip
    """Have everything of an operation undone by an operation of its own, as a job. Raises
    Problem(conflict) when it changed nothing."""
    if undo.bounds(tx, undone) is None:
        raise Problem("conflict", "Nothing was written, so there is nothing to undo.")
    job_id = job.create(tx, who, kind, label, href)
    operation = start(
        tx, who, kind, through, subject=subject, subject_id=subject_id, why=why, undoes=undone,
        job_id=job_id,
    )  # fmt: skip
    _defer(tx, job_id, operation.id)
    return operation


def go_on(tx: Tx, job_id: UUID, operation_id: UUID) -> None:
    """Take up an undo again that paused at an error, or at what was in the way."""
    job.resume(tx, job_id)
    _defer(tx, job_id, operation_id)


def latest(tx: Tx, subjects: Sequence[UUID]) -> dict[UUID, Undo]:
    """What was last undone or redone of each of these subjects, such as imports, if anything."""
    found = tx.all(
        Undo,
        """
        select distinct on (o.subject_id) o.id, o.kind, o.subject_id, o.undoes, o.actor_name, o.at,
            o.job_id, j.status, j.done, j.total, j.message,
            coalesce(j.cursor -> 'counts', '{}') as counts, j.finished_at
        from operation o
        join job j on j.workspace_id = o.workspace_id and j.id = o.job_id
        where o.workspace_id = %s and o.subject_id = any (%s) and o.undoes is not null
        order by o.subject_id, o.id desc
        """,
        [tx.workspace_id, list(subjects)],
    )
    return {one.subject_id: one for one in found}


def _defer(tx: Tx, job_id: UUID, operation_id: UUID) -> None:
    # One after the other: two undos of the same people would only wait for each other.
    defer(
        tx, run_undo, lock=f"undo:{tx.workspace_id}",
        job_id=str(job_id), operation_id=str(operation_id),
    )  # fmt: skip


@task("operations.undo")
def run_undo(context: Context, job_id: str, operation_id: str) -> None:
    """Every step of the rooms over everything that the operation changed."""
    job_uuid, operation_uuid = UUID(job_id), UUID(operation_id)
    in_batches(
        context, job_uuid,
        lambda tx: _batch(tx, job_uuid, operation_uuid),
        lambda tx: _defer(tx, job_uuid, operation_uuid),
        "Something went wrong ({error}). What is done so far stays; go on to try the rest again.",
    )  # fmt: skip


def _batch(tx: Tx, job_id: UUID, operation_id: UUID) -> bool:
    """One page of one step; False when all of them are done."""
    at: At = cast(At, job.cursor(tx, job_id)) or beginning(tx, operation_id)
    more = page(tx, operation_id, at)
    job.advance(tx, job_id, done=at["done"], total=at["total"], at=dict(at))
    if not more:
        job.finish(tx, job_id, "done", sentence(at["counts"]))
    return more
