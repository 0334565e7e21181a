"""Long jobs that nobody would ever run, since their entry in the queue was lost (G-05)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import structlog

from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.jobs import queue, slots

log = structlog.get_logger()

_others: list[Callable[[Tx], object]] = []


def install(others: Iterable[Callable[[Tx], object]]) -> None:
    """What rooms do to have their own work taken up again; `rooms` installs it at start."""
    _others[:] = others


def heal(instance: Instance) -> int:
    """Defer such jobs of every workspace again, to go on from their cursor; answers how many."""
    with instance.door.platform() as tx:
        workspaces: list[UUID] = tx.column("select workspace_id from all_workspaces()")
    return sum(instance.door.attempt(workspace_id, _heal) for workspace_id in workspaces)


def _heal(tx: Tx) -> int:
    for other in _others:
        other(tx)
    # A job whose row is locked is having a batch written or is just being deferred: it is alive.
    unfinished = tx.rows(
        "select id, kind, task, held from job where workspace_id = %s "
        "and status in ('queued', 'running') and task is not null "
        "order by id for update skip locked",
        [tx.workspace_id],
    )
    # Read after the jobs: an entry that was made before them is seen.
    queued = tx.column(
        "select args ->> 'job_id' from procrastinate_jobs "
        "where status in ('todo', 'doing') and args ->> 'job_id' = any (%s)",
        [[str(one["id"]) for one in unfinished]],
    )
    going = [one for one in unfinished if not one["held"]]
    lost = [one for one in going if str(one["id"]) not in queued]
    healed = sum(_defer(tx, one["id"], one["task"]) for one in lost)
    # Those that hold others up call them. Where there are none, whoever was to call was killed.
    for kind in {one["kind"] for one in unfinished} - {one["kind"] for one in going}:
        healed += slots.call(tx, kind, 1)
    return healed


def _defer(tx: Tx, job_id: UUID, task: dict[str, Any]) -> bool:
    if task["name"] not in queue.queue.tasks:
        log.warning("a job has a task that is unknown here", job=str(job_id), task=task["name"])
        return False
    log.info(
        "a job without an entry in the queue is deferred again", job=str(job_id), task=task["name"]
    )
    queue.defer_again(tx, task)
    return True
