"""Looking again at whoever was written: a follower of the door notes them, a job looks.

Whoever writes waits for two small statements. The job begins when nothing has been written for a
moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from nimbus.access.who import system
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates import auto, scan
from nimbus.duplicates.look import look
from nimbus.duplicates.people import COMPANY_COLUMNS, CONTACT_COLUMNS, count
from nimbus.jobs import later
from nimbus.operations.operation import Changed

_SQL = beside(__file__, "follow.sql")

# So many who are due are not looked at one by one any more where a scan is quicker: to look at one
# takes as long as for a scan to go over so many.
MANY, DEARER = 5_000, 25
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
        look_at_due.go_on(tx)


def _counts(change: Changed) -> bool:
    """Columns that are not said may be any."""
    return change.kind not in _ELSE and (
        not change.columns or not change.columns.isdisjoint(CONTACT_COLUMNS)
    )


@later(
    "duplicates.look", table="duplicate_due", items="contacts", quiet=timedelta(seconds=2),
    longest=timedelta(minutes=5),
)  # fmt: skip
def look_at_due(tx: Tx, contacts: Sequence[UUID], at: datetime) -> None:
    """Look at a few of them; of many, as after a large import, at everybody at once."""
    if _are_many(tx) and not scan.is_going(tx):
        scan.start(tx, system(tx.workspace_id, "Duplicates"))
        tx.run(_SQL["forget"], {"workspace": tx.workspace_id})
        return
    look(tx, contacts)
    auto.go_on(tx)


def _are_many(tx: Tx) -> bool:
    waiting: int = tx.value(_SQL["waiting"], {"workspace": tx.workspace_id})
    return waiting >= MANY and waiting * DEARER >= count(tx)
