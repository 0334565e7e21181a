"""What webhooks need from time to time: nothing is stuck, and nothing is kept for ever."""

from __future__ import annotations

from datetime import timedelta

from nimbus.db.door import Tx
from nimbus.jobs import Context, everywhere, task
from nimbus.webhooks import backlog, delivery
from nimbus.webhooks.deliver import come_back
from nimbus.webhooks.read import active

KEPT = timedelta(days=30)


@task("webhooks.forget", cron="23 3 * * *")
def forget(context: Context) -> None:
    """Events, and the log of their deliveries, are kept for a month (G-39)."""
    everywhere(context, lambda tx: delivery.forget(tx, tx.now - KEPT))


def heal(tx: Tx) -> None:
    """Have taken up what nobody would, since its entry in the queue was lost."""
    for hook in active(tx):
        come_back(tx, hook)
    backlog.write_backlog.go_on(tx)
