"""Events that were too many for their transaction: a job writes them when it is quiet, a slice at a
time. Their contacts are as they are then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.jobs import later
from nimbus.webhooks.events import write_changes
from nimbus.webhooks.read import active

_SQL = beside(__file__, "backlog.sql")


def is_behind(tx: Tx, changes: Sequence[UUID]) -> bool:
    """Whether any contact of these changes waits with an earlier one, which is to be told first."""
    values = {"workspace": tx.workspace_id, "changes": list(changes)}
    return bool(write_backlog.due(tx) and tx.value(_SQL["is_behind"], values))


def put_off(tx: Tx, changes: Sequence[UUID]) -> None:
    """Have the events of these changes written soon."""
    values = {"workspace": tx.workspace_id, "changes": list(changes), "now": tx.now}
    tx.run(_SQL["put_off"], values)
    write_backlog.go_on(tx)


@later(
    "webhooks.write", table="webhook_backlog", items="changes", quiet=timedelta(seconds=5),
    longest=timedelta(minutes=10),
)  # fmt: skip
def write_backlog(tx: Tx, changes: Sequence[UUID], at: datetime) -> None:
    """Write the events of a few changes, which were put off at a moment: who subscribed later does
    not hear of what was before."""
    hooks = [hook for hook in active(tx) if hook.created_at <= at]
    write_changes(tx, hooks, changes, at)
