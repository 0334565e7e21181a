"""What the bulk log does by itself: forgetting what is older than 30 days (S0-84)."""

from __future__ import annotations

from uuid import UUID

from nimbus.bulk.write import sweep
from nimbus.jobs import Context, task
from nimbus.jobs.queue import stopping


@task("bulk.sweep", cron="31 3 * * *")
def sweep_log(context: Context) -> None:
    """Of every workspace, a piece at a time; a stop leaves the rest to the next day."""
    with context.instance.door.platform() as tx:
        workspaces: list[UUID] = tx.column("select workspace_id from all_workspaces()")
    for workspace_id in workspaces:
        while not stopping.is_set():
            with context.instance.door.workspace(workspace_id) as tx:
                if not sweep(tx):
                    break
