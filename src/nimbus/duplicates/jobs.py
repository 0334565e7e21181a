"""What merging does by itself: once a day, what cannot be undone any more is for good (S0-78)."""

from __future__ import annotations

from nimbus.duplicates.unmerge import settle
from nimbus.jobs import Context, everywhere, task


@task("duplicates.settle", cron="41 3 * * *")
def settle_merges(context: Context) -> None:
    """Every workspace's merges of more than seven days ago."""
    everywhere(context, settle)
