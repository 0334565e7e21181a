"""Saved views going back to what they were before an operation: this room's part of every undo."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import undo, undo_whole
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable
from nimbus.problems import Problem
from nimbus.segments.read_views import all_views
from nimbus.segments.write_views import refuse_full

_SQL = beside(__file__, "restore_views.sql")

COLUMNS = Columns()


def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Those that were removed are there again, changed ones have their values back, and one that
    the operation made is gone, unless somebody has changed it since. Raises Problem where there are
    as many by now as there may be."""
    if coming := undo_whole.coming(tx, "saved_view"):
        refuse_full(len(all_views(tx)) + coming - 1)
    now = tx.now.isoformat()
    unlogged = {"created_by": "", "created_at": now, "widths": {}}
    again = undo_whole.put_back(
        tx, undoing, "saved_view", defaults=unlogged, given={"updated_at": now}
    )
    undo.aim(tx, "saved_view", COLUMNS)
    changed = undo.write(tx, undoing, "saved_view", "saved_view")
    made = undo_whole.made(tx, "saved_view")
    removed = undo_whole.unmake(tx, undoing, "saved_view", made)
    return {"saved_view_restored": again + len(changed), "saved_view_removed": removed}


STEP = Step("saved_view", COLUMNS, partial(undo_whole.lock, thing="saved_view"), restore)


def _refuse(tx: Tx, who: Who, operation_id: UUID) -> None:
    """What is somebody's own, and whether it is shared, is theirs to decide, also by undoing.
    Raises Problem(forbidden)."""
    values = {"workspace": tx.workspace_id, "operation": operation_id, "who": who.id}
    if tx.value(_SQL["is_anothers"], values):
        raise Problem(
            "forbidden",
            "Only whoever made this view can undo that: it is or was theirs alone, or by undoing "
            "it its sharing would change.",
        )


UNDOABLE = {
    "saved_view.change": Undoable("an edit of a saved view", "segments:write", refuse=_refuse),
    "saved_view.delete": Undoable("the deletion of a saved view", "segments:write", refuse=_refuse),
}
