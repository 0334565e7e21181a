"""What the segments do by themselves: forgetting selections that nobody uses any more."""

from __future__ import annotations

from uuid import UUID

from nimbus.jobs import Context, task
from nimbus.jobs.queue import stopping
from nimbus.segments.selection import sweep


@task("segments.sweep_selections", cron="29 3 * * *")
def sweep_selections(context: Context) -> None:
    """Those of every workspace, a piece at a time; a stop leaves the rest to the next day."""
    with context.instance.door.platform() as tx:
        workspaces: list[UUID] = tx.column("select workspace_id from all_workspaces()")
    for workspace_id in workspaces:
        while not stopping.is_set():
            with context.instance.door.workspace(workspace_id) as tx:
                if not sweep(tx):
                    break
