"""The queue: tasks by name, deferred on the transaction that made the change (design idea 6).

A task is a function `(context, **arguments)`. It carries its workspace by itself and runs in a
thread of the worker. Long tasks ask `stopping` between batches and defer themselves again, so that
a stop never waits for them; one whose worker was killed is given back by `worker.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import procrastinate
import psycopg_pool
from procrastinate import SyncPsycopgConnector

from nimbus.db.door import LOST, Tx
from nimbus.db.instance import Instance
from nimbus.jobs import job

T = TypeVar("T")

# Opened by nobody: deferring runs on the caller's own connection. The worker brings its own.
queue = procrastinate.App(connector=SyncPsycopgConnector())

# Tasks wait for our own database, or for the servers of others, which may not answer at all.
INSIDE, OUTSIDE = "default", "outside"

# A database that is away for a moment ends no job; other errors do, and say so.
_AGAIN = procrastinate.RetryStrategy(
    max_attempts=50,
    wait=2,
    retry_exceptions=[*LOST, psycopg_pool.PoolTimeout],
)

# Set when this process was asked to stop.
stopping = threading.Event()

# The instance of the worker process, which the tasks run in.
_worker: dict[str, Instance] = {}


def serve(instance: Instance) -> None:
    """Name the instance that tasks of this process work on."""
    _worker["instance"] = instance


@dataclass(frozen=True, slots=True)
class Context:
    """What a task works with: the instance, and the workspace it is for (None: all of them)."""

    instance: Instance
    workspace_id: UUID | None

    def tx(self) -> AbstractContextManager[Tx]:
        """A transaction bound to the task's workspace."""
        assert self.workspace_id is not None  # noqa: S101 - a programming error, not input
        return self.instance.door.workspace(self.workspace_id)

    def attempt(self, work: Callable[[Tx], T]) -> T:
        """`work` in such a transaction, tried again after a deadlock."""
        assert self.workspace_id is not None  # noqa: S101
        return self.instance.door.attempt(self.workspace_id, work)


@dataclass(frozen=True, slots=True)
class Task:
    """A named task, deferred with `defer`."""

    name: str
    run: Callable[..., None]
    entry: Any


def task(
    name: str, *, cron: str | None = None, outside: bool = False
) -> Callable[[Callable[..., None]], Task]:
    """Register a task under `capability.verb`; with `cron` it also runs by itself. One that waits
    for servers of others says `outside`, so that nothing else waits for it."""

    def register(run: Callable[..., None]) -> Task:
        def entry(workspace_id: str | None = None, **arguments: Any) -> None:
            arguments.pop("timestamp", None)  # what the queue adds to a periodic task
            workspace = UUID(workspace_id) if workspace_id else None
            run(Context(_worker["instance"], workspace), **arguments)

        entry.__name__ = name
        registered = queue.task(name=name, retry=_AGAIN, queue=OUTSIDE if outside else INSIDE)(
            entry
        )
        if cron:
            queue.periodic(cron=cron)(registered)  # type: ignore[arg-type]
        return Task(name, run, registered)

    return register


def defer(tx: Tx, what: Task, *, lock: str | None = None, **arguments: Any) -> None:
    """Have `what` run for the bound workspace once this transaction commits, and never otherwise.

    Jobs with the same `lock` run one after the other. `arguments` must be JSON. A long job is named
    by a `job_id` among them: it remembers the task, so that `heal` can defer it again.
    """
    known = {"name": what.name, "lock": lock, "arguments": arguments}
    if "job_id" in arguments:
        job.remember(tx, UUID(arguments["job_id"]), known)
    defer_again(tx, known)


def defer_once(
    tx: Tx, what: Task, lock: str, *, at: datetime | None = None, **arguments: Any
) -> None:
    """As `defer`, for work that one entry does for all who ask for it: nothing where an entry with
    this lock waits already. With `at` not before that time.

    The entry found is locked, so that nobody takes it up before this transaction has ended and what
    it wrote is seen; one that others have locked so is not relied upon. Entries that wait for their
    time come after those that do not, or they would hold them up.
    """
    entry = tx.row(
        "select id, scheduled_at from procrastinate_jobs where lock = %(lock)s and status = 'todo' "
        "and (%(at)s::timestamptz is not null or coalesce(scheduled_at, %(now)s) <= %(now)s) "
        "order by coalesce(scheduled_at, %(now)s) limit 1 for update skip locked",
        {"lock": lock, "at": at, "now": tx.now},
    )
    if entry is None:
        later = {"schedule_at": at, "priority": -1} if at else {}
        what.entry.configure(connection=tx.connection, lock=lock, **later).defer(
            workspace_id=str(tx.workspace_id), **arguments
        )
    elif at and entry["scheduled_at"] and entry["scheduled_at"] > at:
        tx.run("update procrastinate_jobs set scheduled_at = %s where id = %s", [at, entry["id"]])


def defer_again(tx: Tx, known: dict[str, Any]) -> None:
    """As `defer`, from what a job remembers of its task."""
    queue.tasks[known["name"]].configure(connection=tx.connection, lock=known["lock"]).defer(
        workspace_id=str(tx.workspace_id), **known["arguments"]
    )
