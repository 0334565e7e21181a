"""Events that were too many for their transaction: a job writes them, a slice at a time.

It begins when the operation that brings them has been quiet for a moment, so that an import and its
events do not share the machine (G-40), and it begins all the same when they have waited long. Their
contacts are as they are then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.jobs import Context, defer_once, stopping, task
from nimbus.webhooks.events import write_changes
from nimbus.webhooks.read import active

_SQL = beside(__file__, "backlog.sql")

QUIET, LONGEST = timedelta(seconds=5), timedelta(minutes=10)
SLICE = 500
# Others of the worker's hands wait for this one no longer than that.
TURN_SECONDS = 20.0


def is_behind(tx: Tx, changes: Sequence[UUID]) -> bool:
    """Whether any contact of these changes waits with an earlier one, which is to be told first."""
    values = {"workspace": tx.workspace_id}
    return bool(
        (tx.row(_SQL["since"], values) or {})["first"]
        and tx.value(_SQL["is_behind"], {**values, "changes": list(changes)})
    )


def put_off(tx: Tx, changes: Sequence[UUID]) -> None:
    """Have the events of these changes written soon."""
    values = {"workspace": tx.workspace_id, "changes": list(changes), "now": tx.now}
    tx.run(_SQL["put_off"], values)
    go_on(tx)


def go_on(tx: Tx) -> None:
    """Have the backlog worked on when it is time, where there is one."""
    since = tx.row(_SQL["since"], {"workspace": tx.workspace_id}) or {}
    if since["first"]:
        at = max(tx.now, min(since["last"] + QUIET, since["first"] + LONGEST))
        defer_once(tx, write_backlog, f"webhooks:{tx.workspace_id}", at=at)


@task("webhooks.write")
def write_backlog(context: Context) -> None:
    """Slice after slice from where it stands; a kill loses none and doubles none."""
    until = time.monotonic() + TURN_SECONDS
    while context.attempt(_slice):
        if stopping.is_set() or time.monotonic() > until:
            break
    context.attempt(go_on)


def _slice(tx: Tx) -> bool:
    """Write the events of a few changes; False when it is not time, or none are left."""
    values = {"workspace": tx.workspace_id, "size": SLICE}
    since = tx.row(_SQL["since"], values) or {}
    if not since["first"] or (tx.now < since["last"] + QUIET and tx.now < since["first"] + LONGEST):
        return False
    found = tx.row(_SQL["next"], values)
    if found is None:
        return False
    # Who subscribed later does not hear of what was before.
    hooks = [hook for hook in active(tx) if hook.created_at <= found["at"]]
    write_changes(tx, hooks, found["changes"], found["at"])
    done = found["done"] + len(found["changes"])
    step = "advance" if done < found["total"] else "finish"
    tx.run(_SQL[step], {**values, "id": found["id"], "done": done})
    return True
