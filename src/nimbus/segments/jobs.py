"""What the segments do by themselves: forgetting selections that nobody uses any more."""

from __future__ import annotations

from nimbus.jobs import Context, everywhere, task
from nimbus.segments.selection import sweep


@task("segments.sweep_selections", cron="29 3 * * *")
def sweep_selections(context: Context) -> None:
    """Those of every workspace, a piece at a time; a stop leaves the rest to the next day."""
    everywhere(context, sweep)
