"""Segments going back to what they were before an operation: this room's part of every undo.

In two steps around that of the members. First those that were removed are there again, and changed
ones have their values back; last those that the operation made are removed, once nobody is on them
and nothing asks for them.
"""

from __future__ import annotations

from typing import Any

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import undo
from nimbus.operations.references import Thing, references
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.segments import read, write

_SQL = beside(__file__, "restore_segments.sql")

COLUMNS = Columns()


def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Raises Problem where a segment would ask for itself, or for too much, by what others ask by
    now."""
    values = _values(tx, undoing)
    again = tx.run(_SQL["put_back"], values)
    tx.run(_SQL["taken"], values)
    undo.aim(tx, "segment", COLUMNS)
    tx.run(_SQL["name_taken"], values)
    changed = undo.write(tx, undoing, "segment", "segment")
    read.forget(tx)
    for id in tx.column(_SQL["here"], values):
        write.refuse_tangle(tx, read.one(tx, id))
    return {"segment_restored": again + len(changed)}


def finish(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """One that somebody has changed since, put somebody on, or asks for elsewhere, is kept: without
    it whoever asks for it would find nobody."""
    values = _values(tx, undoing)
    made = tx.column(_SQL["made"], values)
    unused = [id for id in made if not references(tx, Thing("segment", str(id)))]
    removed = tx.run(_SQL["remove"], values | {"unused": unused})
    tx.run(_SQL["in_use"], values | {"made": made})
    read.forget(tx)
    return {"segment_removed": removed}


def _values(tx: Tx, undoing: Undoing) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, "undoing": undoing.operation.id, "now": tx.now}


def _lock(tx: Tx) -> None:
    write.alone(tx)
    tx.run(_SQL["lock"], {"workspace": tx.workspace_id})


FIRST = Step("segment", COLUMNS, _lock, restore)
LAST = Step("segment", COLUMNS, _lock, finish)
