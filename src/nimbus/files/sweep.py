"""Files that nobody will ever ask for: whoever kept them was killed before noting them."""

from __future__ import annotations

import time
from pathlib import Path

from nimbus.db.door import Tx
from nimbus.jobs import Context, everywhere, task

# Longer than any upload takes.
OLD_SECONDS = 24 * 3600


@task("files.sweep", cron="41 3 * * *")
def sweep(context: Context) -> None:
    """Remove the files of every workspace that are a day old and that no row names."""

    def some(tx: Tx) -> None:
        for path in _left_over(tx, context.instance.files / str(tx.workspace_id)):
            path.unlink(missing_ok=True)

    everywhere(context, some)


def _left_over(tx: Tx, folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    before = time.time() - OLD_SECONDS
    old = {path.name: path for path in folder.iterdir() if path.stat().st_mtime < before}
    named = tx.column(
        "select id::text from file where workspace_id = %s and id::text = any (%s)",
        [tx.workspace_id, list(old)],
    )
    return [path for name, path in old.items() if name not in named]
