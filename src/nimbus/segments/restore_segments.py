"""Segments going back to what they were before an operation: this room's part of every undo.

In two steps around that of the members. First those that were removed are there again, and changed
ones have their values back; last those that the operation made are removed, once nobody is on them
and nothing asks for them.
"""

from __future__ import annotations

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import undo, undo_whole
from nimbus.operations.references import Thing, references
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.segments import read, write

_SQL = beside(__file__, "restore_segments.sql")

COLUMNS = Columns()


def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Raises Problem where there are as many segments by now as there may be, and where one would
    ask for itself, or for too much, by what others ask by now."""
    if coming := undo_whole.coming(tx, "segment"):
        read.forget(tx)
        write.refuse_full(len(read.segments(tx)) + coming - 1)
    now = tx.now.isoformat()
    unlogged = {"created_by": "", "created_at": now}
    again = undo_whole.put_back(
        tx, undoing, "segment", defaults=unlogged, given={"updated_at": now}
    )
    undo_whole.not_put_back(tx, "segment", "name_taken")
    undo.aim(tx, "segment", COLUMNS)
    undo_whole.leave_taken(tx, "segment", "name", "name_taken")
    changed = undo.write(tx, undoing, "segment", "segment")
    read.forget(tx)
    for id in tx.column(_SQL["here"], {"workspace": tx.workspace_id}):
        write.refuse_tangle(tx, read.one(tx, id))
    return {"segment_restored": again + len(changed)}


def finish(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """One that somebody has changed since, put somebody on, or asks for elsewhere, is kept: without
    it whoever asks for it would find nobody."""
    made = undo_whole.made(tx, "segment")
    listing = set(tx.column(_SQL["listing"], {"workspace": tx.workspace_id, "made": made}))
    used = {id for id in made if id in listing or references(tx, Thing("segment", str(id)))}
    undo_whole.stay(tx, used, "in_use")
    removed = undo_whole.unmake(tx, undoing, "segment", set(made) - used)
    read.forget(tx)
    return {"segment_removed": removed}


def _lock(tx: Tx) -> None:
    write.alone(tx)
    undo_whole.lock(tx, "segment")


FIRST = Step("segment", COLUMNS, _lock, restore)
LAST = Step("segment", COLUMNS, _lock, finish)
