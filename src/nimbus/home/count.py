"""How many contacts there are, day by day: counted by the worker, never by a page.

Every ten minutes the day is counted anew where anybody was written since, and soon after an import
has ended, so that Home is true by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from nimbus.accounts.client import workspace
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.jobs import Context, everywhere, later, task
from nimbus.operations.operation import Changed

_SQL = beside(__file__, "count.sql")

# So many days back one sees who was new; so many are kept.
NEW_DAYS, KEPT_DAYS = 14, 731
SOURCES = 20
MARGIN = timedelta(minutes=5)


def count(tx: Tx) -> None:
    """Count the present day. Done again it says the same, or what is true by then."""
    day = tx.now.astimezone(UTC).date()
    first = datetime.combine(day - timedelta(days=NEW_DAYS - 1), time(), UTC)
    values = {
        "workspace": tx.workspace_id, "day": day, "since": first, "now": tx.now,
        "agency": workspace(tx).agency, "sources": SOURCES,
        "oldest": day - timedelta(days=KEPT_DAYS),
    }  # fmt: skip
    tx.run(_SQL["count"], values)
    tx.run(_SQL["forget"], values)


def is_due(tx: Tx) -> bool:
    """Whether it was not counted today, or anybody was written since."""
    values = {
        "workspace": tx.workspace_id, "day": tx.now.astimezone(UTC).date(), "margin": MARGIN,
    }  # fmt: skip
    due: bool = tx.value(_SQL["is_due"], values)
    return due


@task("home.count", cron="*/10 * * * *")
def count_everywhere(context: Context) -> None:
    everywhere(context, lambda tx: count(tx) if is_due(tx) else None)


def follow(tx: Tx) -> None:
    """Note the imports that this transaction has ended."""
    ended = [
        one
        for told in tx.changes
        if isinstance(told, Changed) and (told.thing, told.kind) == ("import", "completed")
        for one in told.ids
    ]
    if ended:
        values = {"workspace": tx.workspace_id, "imports": ended, "now": tx.now}
        tx.run(_SQL["put_off"], values)
        count_due.go_on(tx)


@later(
    "home.count_due", table="daily_count_due", items="imports", quiet=timedelta(seconds=1),
    longest=timedelta(minutes=1),
)  # fmt: skip
def count_due(tx: Tx, imports: Sequence[UUID], at: datetime) -> None:
    """However many have ended, one count tells of all."""
    count(tx)
    tx.run(_SQL["done"], {"workspace": tx.workspace_id})
