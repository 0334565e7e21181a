"""A bulk action as a long job: batch by batch from where it got to, so that it can be killed at any
point, cancelled between two batches, and gone on with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from nimbus.access import Who
from nimbus.bulk.bulk import Bulk
from nimbus.bulk.read import find
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.jobs import Context, defer, in_batches, job, task
from nimbus.operations import Operation
from nimbus.operations.bulk import Action, Left, Stored, action
from nimbus.segments import selection

_SQL = beside(__file__, "bulk.sql")

# A batch holds up whoever cancels, who is to wait for two seconds at most.
BATCH = 2_000


@task("bulk.run")
def run_bulk(context: Context, job_id: str, operation_id: str) -> None:
    """Every member of the selection."""
    job_uuid, operation_uuid = UUID(job_id), UUID(operation_id)
    in_batches(
        context, job_uuid,
        lambda tx: _batch(tx, job_uuid, operation_uuid),
        lambda tx: start(tx, find(tx, operation_uuid)),
        "It stopped at an error: {error} What is done so far stays.",
    )  # fmt: skip


def start(tx: Tx, bulk: Bulk) -> None:
    """Have a worker carry it out from where it got to."""
    defer(tx, run_bulk, job_id=str(bulk.job_id), operation_id=str(bulk.id))


def _batch(tx: Tx, job_id: UUID, operation_id: UUID) -> bool:
    bulk = find(tx, operation_id)
    contacts = selection.members(tx, bulk.selection_id, bulk.reached, BATCH)
    if not contacts:
        job.finish(tx, job_id, "done", bulk.result)
        return False
    handled = carry_out(tx, _operation(tx, bulk), action(bulk.action), bulk.options, contacts)
    job.advance(tx, job_id, done=handled, total=bulk.count)
    return True


def carry_out(
    tx: Tx, operation: Operation, known: Action, options: Stored, contacts: Sequence[UUID]
) -> int:
    """One batch; answers how many contacts the action has dealt with by now."""
    left = {one.contact_id: one for one in known.apply(tx, operation, contacts, options)}
    if left:
        _note(tx, operation, left.values())
    failed = sum(one.outcome == "failed" for one in left.values())
    handled: int = tx.value(
        _SQL["advance"],
        {"workspace": tx.workspace_id, "operation": operation.id,
         "done": len(contacts) - len(left), "unchanged": len(left) - failed, "failed": failed,
         "reached": contacts[-1]},
    )  # fmt: skip
    return handled


def _operation(tx: Tx, bulk: Bulk) -> Operation:
    """As whoever asked began it."""
    who = Who(bulk.actor_kind, tx.workspace_id, bulk.actor_name, bulk.actor_id,
              client_id=bulk.client_id)  # fmt: skip
    return Operation(bulk.id, f"bulk.{bulk.action}", bulk.through, who, bulk.at)


def _note(tx: Tx, operation: Operation, left: Collection[Left]) -> None:
    tx.run(
        _SQL["leave"],
        {"workspace": tx.workspace_id, "operation": operation.id,
         "ids": [one.contact_id for one in left], "outcomes": [one.outcome for one in left],
         "reasons": [one.reason for one in left]},
    )  # fmt: skip
