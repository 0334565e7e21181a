"""Looking again at whoever was written: a follower of the door notes them, a job looks.

Whoever writes waits for two small statements. The job begins when nothing has been written for a
moment, so that an import and it do not share the machine, and it begins all the same when somebody
has waited long.
"""

from __future__ import annotations

import time
from datetime import timedelta

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates import auto
from nimbus.duplicates.look import look
from nimbus.duplicates.people import COMPANY_COLUMNS, CONTACT_COLUMNS
from nimbus.jobs import Context, defer_once, stopping, task
from nimbus.operations.operation import Changed

_SQL = beside(__file__, "follow.sql")

QUIET, LONGEST = timedelta(seconds=2), timedelta(minutes=5)
SLICE = 500
# Others of the worker's hands wait for this one no longer than that.
TURN_SECONDS = 20.0
# What is told of contacts and leaves the fields alone that are compared.
_ELSE = frozenset({"scored", "engaged", "deleted", "erased"})


def follow(tx: Tx) -> None:
    """Note whose compared fields this transaction changed."""
    told = [one for one in tx.changes if isinstance(one, Changed)]
    people = [one for one in told if one.thing == "contact" and _counts(one)]
    companies = {
        id
        for one in told
        if one.thing == "company" and one.columns & COMPANY_COLUMNS
        for id in one.ids
    }
    if not people and not companies:
        return
    values = {
        "workspace": tx.workspace_id, "now": tx.now, "companies": sorted(companies),
        "ids": sorted({id for one in people for id in one.ids}),
        "unnamed": any(not one.ids for one in people),
    }  # fmt: skip
    if tx.run(_SQL["put_off"], values):
        go_on(tx)


def _counts(change: Changed) -> bool:
    """Columns that are not said may be any."""
    return change.kind not in _ELSE and (
        not change.columns or not change.columns.isdisjoint(CONTACT_COLUMNS)
    )


def go_on(tx: Tx) -> None:
    """Have those that are due looked at when it is time, where there are any."""
    since = tx.row(_SQL["since"], {"workspace": tx.workspace_id}) or {}
    if since["first"]:
        at = max(tx.now, min(since["last"] + QUIET, since["first"] + LONGEST))
        defer_once(tx, look_at_due, f"duplicates:{tx.workspace_id}", at=at)


@task("duplicates.look")
def look_at_due(context: Context) -> None:
    """Slice after slice from where it stands; a kill loses nobody."""
    until = time.monotonic() + TURN_SECONDS
    while context.attempt(_slice):
        if stopping.is_set() or time.monotonic() > until:
            break
    context.attempt(go_on)


def _slice(tx: Tx) -> bool:
    """Look at a few of them; False when it is not time, or nobody is left."""
    values = {"workspace": tx.workspace_id, "size": SLICE}
    since = tx.row(_SQL["since"], values) or {}
    if not since["first"] or tx.now < min(since["last"] + QUIET, since["first"] + LONGEST):
        return False
    found = tx.row(_SQL["next"], values)
    if found is None:
        return False
    look(tx, found["contacts"])
    done = found["done"] + len(found["contacts"])
    step = "advance" if done < found["total"] else "finish"
    tx.run(_SQL[step], {**values, "id": found["id"], "done": done})
    auto.go_on(tx)
    return True
