"""So many jobs of a kind run at once in a workspace; the others are held and called in order.

A slot is nothing but a running job: one whose runner is killed has its slot still when it comes
back, and no slot is lost. A held job has no entry in the queue, so that it takes no worker's time
and holds up nobody else's.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.jobs import queue


def take(tx: Tx, job_id: UUID, most: int) -> int:
    """Let the job have a slot of `most`, or hold it. Answers how many run or go before it when it
    is held, 0 when it may begin: in the same transaction."""
    kind: str = tx.value(
        "select kind from job where workspace_id = %s and id = %s", [tx.workspace_id, job_id]
    )
    _one_at_a_time(tx, kind)
    before: int = tx.value(
        """
        select count(*) from job o
        join job me on me.workspace_id = o.workspace_id and me.id = %(job)s
        where o.workspace_id = %(workspace)s and o.kind = me.kind and o.id <> me.id
            and me.status = 'queued'
            and (o.status = 'running' or (o.status = 'queued' and o.id < me.id))
        """,
        {"workspace": tx.workspace_id, "job": job_id},
    )
    if before < most:
        return 0
    tx.run(
        "update job set held = true where workspace_id = %s and id = %s",
        [tx.workspace_id, job_id],
    )
    return before


def call(tx: Tx, kind: str, most: int) -> int:
    """Defer the held jobs for which there is a slot now; answers how many."""
    _one_at_a_time(tx, kind)
    called: list[dict[str, Any]] = tx.column(
        """
        with next as (
            select id from job
            where workspace_id = %(workspace)s and kind = %(kind)s and status = 'queued'
            order by id
            limit greatest(0, %(most)s - (
                select count(*) from job
                where workspace_id = %(workspace)s and kind = %(kind)s and status = 'running'
            ))
        )
        update job set held = false
        where workspace_id = %(workspace)s and id in (select id from next) and held
        returning task
        """,
        {"workspace": tx.workspace_id, "kind": kind, "most": most},
    )
    for task in called:
        queue.defer_again(tx, task)
    return len(called)


def _one_at_a_time(tx: Tx, kind: str) -> None:
    """Whoever ends sees whoever is held, or the other way round."""
    key = f"slots {tx.workspace_id} {kind}"
    tx.run("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
