"""Scoring again those whose points fade: what somebody did counts less with every day (D-30)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg import sql

from nimbus import operations
from nimbus.access.who import system
from nimbus.db.door import Tx
from nimbus.jobs import Context, defer, in_batches, job, task
from nimbus.operations import Operation
from nimbus.scoring.fading import reach
from nimbus.scoring.read import models
from nimbus.scoring.rescore import rescore

KIND = "scoring.fade"
LABEL = "Scores that fade with time"
BATCH = 5_000

_ACTIVE = (
    "select id from contact where workspace_id = %(workspace)s and not is_deleted "
    "and last_activity_at > %(since)s and (%(after)s::uuid is null or id > %(after)s) "
    "order by id limit %(limit)s"
)


def start_fading(tx: Tx) -> UUID | None:
    """As a job, where anybody's events are still worth something by any model of the workspace."""
    since = _since(tx)
    if since is None or not _active(tx, since, None, 1):
        return None
    who = system(tx.workspace_id, "Scoring")
    operation = operations.start(tx, who, "rescore", "follow", why=LABEL)
    job_id = job.create(tx, who, KIND, LABEL, "/settings/scoring")
    _defer(tx, job_id, operation.id)
    return job_id


def _since(tx: Tx) -> datetime | None:
    """Events after this moment are worth something yet."""
    rules = [rule for current in models(tx) for rule in current.events]
    return tx.now - reach(rules) if rules else None


def _active(tx: Tx, since: datetime, after: str | None, limit: int) -> list[UUID]:
    values = {"workspace": tx.workspace_id, "since": since, "after": after, "limit": limit}
    return tx.column(_ACTIVE, values)


def _defer(tx: Tx, job_id: UUID, operation_id: UUID) -> None:
    defer(
        tx, fade, lock=f"scoring:{tx.workspace_id}",
        job_id=str(job_id), operation_id=str(operation_id),
    )  # fmt: skip


@task("scoring.fade")
def fade(context: Context, job_id: str, operation_id: str) -> None:
    """Whoever did anything within reach, by the order of ids, in batches that survive a kill."""
    job_uuid, operation_uuid = UUID(job_id), UUID(operation_id)
    in_batches(
        context, job_uuid,
        lambda tx: _batch(tx, job_uuid, operation_uuid),
        lambda tx: _defer(tx, job_uuid, operation_uuid),
        "Scoring stopped at an error. It begins again tomorrow night.",
    )  # fmt: skip


def _batch(tx: Tx, job_id: UUID, operation_id: UUID) -> bool:
    at, since = job.cursor(tx, job_id), _since(tx)
    ids = _active(tx, since, at.get("after"), BATCH) if since else []
    changed: int = at.get("changed", 0)
    if not ids:
        job.finish(tx, job_id, "done", f"{changed:,} got another tier or score")
        return False
    operation = Operation(
        operation_id, "rescore", "worker", system(tx.workspace_id, "Scoring"), tx.now
    )
    changed += len(rescore(tx, operation, sql.SQL("c.id = any (%(ids)s)"), {"ids": ids}))
    done = at.get("done", 0) + len(ids)
    cursor = {"after": str(ids[-1]), "done": done, "changed": changed}
    job.advance(tx, job_id, done=done, total=None, at=cursor)
    return True
