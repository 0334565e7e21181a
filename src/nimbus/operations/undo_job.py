"""Undoing as a long job: batch by batch from its cursor, so that it can be killed at any point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.errors import UniqueViolation

from nimbus.access.who import Who
from nimbus.db.door import TryAgain, Tx
from nimbus.jobs import Context, defer, in_batches, job, task
from nimbus.operations import undo
from nimbus.operations.operation import Operation, start
from nimbus.operations.undo import Undoing
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
    tx: Tx, who: Who, kind: str, through: str, undone: UUID, label: str, href: str,
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


def go_on(tx: Tx, found: Undo) -> None:
    """Take up an undo again that paused at an error."""
    job.resume(tx, found.job_id)
    _defer(tx, found.job_id, found.id)


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
    at = job.cursor(tx, job_id) or _beginning(tx, operation_id)
    steps = undo.steps()
    if at["step"] == len(steps):
        counts = at["counts"] | {
            f"{thing}_kept": count for thing, count in undo.kept_things(tx, operation_id).items()
        }
        at["counts"] = counts
        job.advance(tx, job_id, done=at["done"], total=at["total"], at=at)
        job.finish(tx, job_id, "done", _sentence(counts))
        return False
    step, undoing = steps[at["step"]], _undoing(tx, operation_id, at)
    page = undo.plan_page(tx, undoing, step, UUID(at["after"]) if at["after"] else None)
    if page is None:
        at |= {"step": at["step"] + 1, "after": None}
    else:
        try:
            counted = step.restore(tx, undoing)
        except UniqueViolation as error:
            raise TryAgain from error  # Somebody has just taken an email or a domain.
        undo.keep(tx, undoing, step.thing)
        at["counts"] = {
            name: at["counts"].get(name, 0) + counted.get(name, 0)
            for name in {**at["counts"], **counted}
        }
        at |= {"after": str(page[0]), "done": at["done"] + page[1]}
    job.advance(tx, job_id, done=at["done"], total=at["total"], at=at)
    return True


def _beginning(tx: Tx, operation_id: UUID) -> dict[str, Any]:
    undone = tx.value(
        "select undoes from operation where workspace_id = %s and id = %s",
        [tx.workspace_id, operation_id],
    )
    bounds = undo.bounds(tx, undone)
    assert bounds  # noqa: S101 - asked before the job was made
    total = sum(bounds["changes"].get(step.thing, 0) for step in undo.steps())
    return {
        "undone": str(undone), "first": str(bounds["first"]), "last": str(bounds["last"]),
        "total": total, "done": 0, "step": 0, "after": None, "counts": {},
    }  # fmt: skip


def _undoing(tx: Tx, operation_id: UUID, at: dict[str, Any]) -> Undoing:
    undone = UUID(at["undone"])
    row = tx.row(
        """
        select o.kind, o.through, o.actor_kind, o.actor_id, o.actor_name, u.at as undone_at
        from operation o
        join operation u on u.workspace_id = o.workspace_id and u.id = o.undoes
        where o.workspace_id = %s and o.id = %s
        """,
        [tx.workspace_id, operation_id],
    )
    assert row  # noqa: S101 - the job was made with it
    who = Who(row["actor_kind"], tx.workspace_id, row["actor_name"], row["actor_id"])
    operation = Operation(operation_id, row["kind"], row["through"], who, tx.now)
    return Undoing(
        operation, undone, row["undone_at"], undo.family(tx, undone, operation_id),
        UUID(at["first"]), UUID(at["last"]),
    )  # fmt: skip


# What is counted, in the order and the words in which it is told.
_TOLD = (
    ("contact_trashed", "contact went to the trash", "contacts went to the trash"),
    ("contact_restored", "contact went back", "contacts went back"),
    ("company_removed", "company was removed", "companies were removed"),
    ("company_restored", "company went back", "companies went back"),
    ("contact_kept", "contact kept what was changed since", "contacts kept what was changed since"),
)


def _sentence(counts: dict[str, int]) -> str:
    told = [
        f"{counts[name]:,} {one if counts[name] == 1 else many}"
        for name, one, many in _TOLD
        if counts.get(name)
    ]
    return ", ".join(told) + "." if told else "Nothing had to be changed."
