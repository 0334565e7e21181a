"""What the bulk log does by itself: forgetting what is older than 30 days (S0-84)."""

from __future__ import annotations

from nimbus.bulk.write import sweep
from nimbus.jobs import Context, everywhere, task


@task("bulk.sweep", cron="31 3 * * *")
def sweep_log(context: Context) -> None:
    """Of every workspace, a piece at a time; a stop leaves the rest to the next day."""
    everywhere(context, sweep)
