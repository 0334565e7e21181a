"""A long job as people see it: progress, a message, and the one runner that may advance it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.access.who import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.jobs.lease import LEASE_SECONDS

LEASE_MS = int(LEASE_SECONDS * 1000)


class LostJob(Exception):
    """Another runner has taken the job over, or it was cancelled: stop without writing anything."""


@dataclass(frozen=True, slots=True)
class Job:
    id: UUID
    kind: str
    label: str
    href: str | None
    status: str
    done: int
    total: int | None
    message: str | None
    created_at: datetime
    finished_at: datetime | None
    started_by: str

    @property
    def shown_id(self) -> str:
        return ids.show("job", self.id)

    @property
    def fraction(self) -> float | None:
        """Between 0 and 1; None while the total is unknown."""
        if self.status == "done":
            return 1.0
        return min(1.0, self.done / self.total) if self.total else None


_COLUMNS = (
    "id, kind, label, href, status, done, total, message, created_at, finished_at, started_by"
)


def create(tx: Tx, who: Who, kind: str, label: str, href: str | None = None) -> UUID:
    """A queued job; the caller defers the task that runs it in the same transaction."""
    job_id: UUID = tx.value(
        "insert into job (workspace_id, kind, label, href, started_by, created_at) "
        "values (%s, %s, %s, %s, %s, %s) returning id",
        [tx.workspace_id, kind, label, href, who.name, tx.now],
    )
    join(tx, job_id)
    return job_id


def link(tx: Tx, job_id: UUID, href: str) -> None:
    """The page about what the job does, where that is known only after it was made."""
    tx.run(
        "update job set href = %s where workspace_id = %s and id = %s",
        [href, tx.workspace_id, job_id],
    )


def join(tx: Tx, job_id: UUID) -> None:
    """Note that this job carries out what the transaction asks for."""
    tx.memory["job"] = job_id


def joined(tx: Tx) -> UUID | None:
    """The last job that this transaction has made or joined, for the answer to what it changed."""
    found: UUID | None = tx.memory.get("job")
    return found


def remember(tx: Tx, job_id: UUID, task: dict[str, Any]) -> None:
    """What the job runs, `{"name", "lock", "arguments"}`, to defer it again when its entry in the
    queue is lost."""
    tx.run(
        "update job set task = %s where workspace_id = %s and id = %s",
        [Jsonb(task), tx.workspace_id, job_id],
    )


def resume(tx: Tx, job_id: UUID) -> None:
    """A paused job waits for a runner again."""
    tx.run(
        "update job set status = 'queued', message = null, held = false "
        "where workspace_id = %s and id = %s and status = 'paused'",
        [tx.workspace_id, job_id],
    )


def begin(tx: Tx, job_id: UUID) -> UUID:
    """Take the job over as its only runner; answers the runner's token. Raises LostJob when it is
    over or waits for somebody. A runner before us that still lives begins no batch after this;
    `wait` for those that it has begun."""
    runner = uuid4()
    taken = tx.run(
        "update job set runner = %s, status = 'running', beat_at = %s, message = null "
        "where workspace_id = %s and id = %s and status in ('queued', 'running')",
        [runner, tx.now, tx.workspace_id, job_id],
    )
    if not taken:
        raise LostJob(str(job_id))
    return runner


def wait(tx: Tx, job_id: UUID) -> None:
    """Wait until no batch of the job is being written any more: several may be, each sharing the
    job's row. After `begin` was committed no more of them begin: written under this lock, the row
    is read anew even by whoever saw it before that and locks it only now."""
    tx.run(
        "select id from job where workspace_id = %s and id = %s for update",
        [tx.workspace_id, job_id],
    )
    tx.run(
        "update job set beat_at = %s where workspace_id = %s and id = %s",
        [tx.now, tx.workspace_id, job_id],
    )


def hold(tx: Tx, job_id: UUID, runner: UUID) -> None:
    """Keep the job from being taken over until this transaction ends, which its runner may do in
    several at once. Raises LostJob when the runner is not its runner any more: what a batch writes
    is committed by the rightful runner or by nobody. A runner that is stopped in the middle of it
    would keep the job from everybody: its transaction ends with its lease."""
    tx.run(sql.SQL("set local idle_in_transaction_session_timeout = {}").format(LEASE_MS))
    row = tx.row(
        "select runner, status from job where workspace_id = %s and id = %s for key share",
        [tx.workspace_id, job_id],
    )
    if row is None or row["runner"] != runner or row["status"] != "running":
        raise LostJob(str(job_id))


def say(tx: Tx, job_id: UUID, message: str | None) -> None:
    """What people are told of the job where it stands, such as what it waits for."""
    tx.run(
        "update job set message = %s where workspace_id = %s and id = %s",
        [message, tx.workspace_id, job_id],
    )


def is_at_rest(tx: Tx, job_id: UUID) -> bool:
    """Whether no batch of the job is being written now; then it is locked for this transaction."""
    return bool(
        tx.run(
            "select id from job where workspace_id = %s and id = %s for update skip locked",
            [tx.workspace_id, job_id],
        )
    )


def cursor(tx: Tx, job_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = tx.value(
        "select cursor from job where workspace_id = %s and id = %s", [tx.workspace_id, job_id]
    )
    return found


def cursor_to_change(tx: Tx, job_id: UUID) -> dict[str, Any]:
    """The cursor as whoever committed last left it; nobody else changes it until this transaction
    ends."""
    found: dict[str, Any] = tx.value(
        "select cursor from job where workspace_id = %s and id = %s for no key update",
        [tx.workspace_id, job_id],
    )
    return found


def advance(
    tx: Tx, job_id: UUID, *, done: int, total: int | None, at: dict[str, Any] | None = None
) -> None:
    """Note the progress of a batch within its transaction; `at` is the cursor to go on from."""
    tx.run(
        "update job set done = %s, total = %s, beat_at = %s, cursor = coalesce(%s, cursor) "
        "where workspace_id = %s and id = %s",
        [done, total, tx.now, Jsonb(at) if at is not None else None, tx.workspace_id, job_id],
    )


def finish(tx: Tx, job_id: UUID, status: str, message: str | None = None) -> None:
    """End or pause the job: `done`, `failed`, `cancelled`, or `paused` with what to do."""
    tx.run(
        "update job set status = %s, message = %s, runner = null, finished_at = %s "
        "where workspace_id = %s and id = %s",
        [status, message, None if status == "paused" else tx.now, tx.workspace_id, job_id],
    )


def find(tx: Tx, job_id: UUID) -> Job | None:
    return tx.one(
        Job,
        f"select {_COLUMNS} from job where workspace_id = %s and id = %s",  # noqa: S608
        [tx.workspace_id, job_id],
    )


def recent(tx: Tx, limit: int = 10) -> list[Job]:
    """Running jobs and the latest finished ones, newest first."""
    return tx.all(
        Job,
        f"select {_COLUMNS} from job where workspace_id = %s "  # noqa: S608
        "order by created_at desc limit %s",
        [tx.workspace_id, limit],
    )
