"""The suppression lists going back to what they were before an operation: this room's part of every
undo. A line that it only made stricter stays so (G-02)."""

from __future__ import annotations

from functools import partial

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import undo_whole
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.suppression.absorb import NEW_EMAIL
from nimbus.suppression.lists import LISTS, Listing, statements

_SQL = beside(__file__, "restore.sql")


def _step(listing: Listing) -> Step:
    of = statements(_SQL, listing.table, listing.column)

    def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
        """Lines that the operation made go, and those that it took away are there again."""
        values = {
            "workspace": tx.workspace_id, "undoing": undoing.operation.id,
            "undone": undoing.undone, "family": list(undoing.family), "new_email": NEW_EMAIL,
        }  # fmt: skip
        off, on = tx.run(of["take_off"], values), tx.run(of["put_back"], values)
        tx.run(of["stricter"], values)
        return {"suppression_removed": off, "suppression_restored": on}

    return Step(listing.table, Columns(), partial(undo_whole.lock, thing=listing.table), restore)


STEPS = tuple(_step(listing) for listing in LISTS.values())
