"""What is done in every workspace, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.jobs.queue import Context, stopping


def everywhere(context: Context, some: Callable[[Tx], object]) -> None:
    """Do `some` in a transaction of each workspace, and again while it answers True, that there is
    more of it. A stop leaves the rest to the next time."""
    door = context.instance.door
    with door.platform() as tx:
        workspaces: list[UUID] = tx.column("select workspace_id from all_workspaces()")
    for workspace_id in workspaces:
        while not stopping.is_set() and door.attempt(workspace_id, some) is True:
            pass
