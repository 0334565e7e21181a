"""What is put off until it is quiet: a room notes lists of ids, a job goes over them, a slice at a
time.

It begins when nothing has been noted for a moment, so that an import and what follows from it do
not share the machine (G-40), and it begins all the same when the first has waited long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.jobs.queue import Context, defer_once, stopping, task

_SQL = beside(__file__, "later.sql")

SLICE = 500
# Others of the worker's hands wait for this one no longer than that.
TURN_SECONDS = 20.0

# What to do about some of the ids, and when they were put off.
Work = Callable[[Tx, Sequence[UUID], datetime], None]


def later(
    name: str, *, table: str, items: str, quiet: timedelta, longest: timedelta
) -> Callable[[Work], Later]:
    """Register, as `task` does, the work on what a room puts off into its own `table`: rows of a
    workspace with an id in their order, a list of ids called `items`, how many of these are `done`,
    and the moment `at` which they were put off. The room writes them, and then says `go_on`."""
    return lambda work: Later(work, name, table, items, quiet, longest)


class Later:
    """Work that waits until nobody has put any off for `quiet`, or somebody has for `longest`."""

    def __init__(
        self, work: Work, name: str, table: str, items: str, quiet: timedelta, longest: timedelta
    ) -> None:
        self.work, self.quiet, self.longest, self.size = work, quiet, longest, SLICE
        self._lock = name.partition(".")[0]
        self._statements = {
            key: sql.SQL(text).format(table=sql.Identifier(table), items=sql.Identifier(items))
            for key, text in _SQL.items()
        }
        self.task = task(name)(self.run)

    def go_on(self, tx: Tx) -> None:
        """Have what waits worked on when it is time, where there is anything."""
        due = self.due(tx)
        if due:
            defer_once(tx, self.task, f"{self._lock}:{tx.workspace_id}", at=max(tx.now, due))

    def due(self, tx: Tx) -> datetime | None:
        """When it is time; None where nothing waits."""
        since = tx.row(self._statements["since"], {"workspace": tx.workspace_id}) or {}
        if not since["first"]:
            return None
        found: datetime = min(since["last"] + self.quiet, since["first"] + self.longest)
        return found

    def run(self, context: Context) -> None:
        """Slice after slice from where it stands; a kill loses none and doubles none."""
        until = time.monotonic() + TURN_SECONDS
        while context.attempt(self._slice):
            if stopping.is_set() or time.monotonic() > until:
                break
        context.attempt(self.go_on)

    def _slice(self, tx: Tx) -> bool:
        """Work on a few; False when it is not time, or none are left."""
        due = self.due(tx)
        if due is None or tx.now < due:
            return False
        values: dict[str, Any] = {"workspace": tx.workspace_id, "size": self.size}
        found = tx.row(self._statements["next"], values)
        if found is None:
            return False
        self.work(tx, found["items"], found["at"])
        done = found["done"] + len(found["items"])
        step = "advance" if done < found["total"] else "finish"
        tx.run(self._statements[step], {**values, "id": found["id"], "done": done})
        return True
