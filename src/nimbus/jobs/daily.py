"""What the instance does for itself once a day."""

from __future__ import annotations

from nimbus.jobs.everywhere import everywhere
from nimbus.jobs.queue import Context, task
from nimbus.web import kept


@task("jobs.partitions", cron="17 3 * * *")
def make_partitions(context: Context) -> None:
    """The months to come get their partitions of the log before anything is written to them."""
    with context.instance.door.platform() as tx:
        # Somebody who reads the log for long, such as a backup, is in the way; and while we would
        # wait for them, everybody who writes to it would wait for us. The queue tries again.
        tx.run("set local lock_timeout = '2s'")
        tx.run("select ensure_partitions()")


@task("jobs.forget_answers", cron="53 3 * * *")
def forget_answers(context: Context) -> None:
    """Answers that were kept for writes sent again (D-22), once nobody can ask for them."""
    everywhere(context, kept.forget)
