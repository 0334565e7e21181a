"""Taking back what was done to a tag: its contacts go back by their own step, its colour here."""

from __future__ import annotations

from uuid import UUID

from nimbus.access import Who
from nimbus.contacts.tags.tags import DELETE, RENAME, alone, is_busy
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import undo, undo_whole
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable
from nimbus.problems import Problem

_SQL = beside(__file__, "kept.sql")

COLUMNS = Columns()


def _restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    again = undo_whole.put_back(tx, undoing, "tag")
    undo_whole.not_put_back(tx, "tag", "name_taken")
    undo.aim(tx, "tag", COLUMNS)
    undo_whole.leave_taken(tx, "tag", "name", "name_taken")
    changed = undo.write(tx, undoing, "tag", "tag", touched=False)
    removed = undo_whole.unmake(tx, undoing, "tag", undo_whole.made(tx, "tag"))
    return {"tag_restored": again + len(changed), "tag_removed": removed}


def _lock(tx: Tx) -> None:
    # A job undoes a page in a transaction of its own, in which nobody has waited yet.
    alone(tx)
    undo_whole.lock(tx, "tag")


def _wait(tx: Tx, who: Who, operation_id: UUID) -> None:
    """Refuses nobody. Whoever renames a tag at this moment holds it and then its contacts; waited
    for only once ours are held, each would wait for the other."""
    alone(tx)


def _refuse(tx: Tx, who: Who, operation_id: UUID) -> None:
    """While a job is at tags, and where rules or webhooks were rewritten too: what they say has an
    effect on everybody, so that it is decided by who sees it."""
    if is_busy(tx):
        raise Problem("conflict", "A tag is being renamed or deleted. Wait until that is done.")
    values = {"workspace": tx.workspace_id, "operation": operation_id}
    if tx.value(_SQL["beyond"], values):
        raise Problem(
            "conflict",
            "Rules, scoring or webhooks asked for this tag and were changed with it, so it is not "
            "undone as a whole. Give the tag its name again, or change these and the contacts.",
        )


STEP = Step("tag", COLUMNS, _lock, _restore)
UNDOABLE = {
    "tag.add": Undoable("adding a tag", "contacts:write", refuse=_wait),
    "tag.colour": Undoable("another colour of a tag", "contacts:write", refuse=_wait),
    RENAME: Undoable("another name of a tag", "contacts:write", refuse=_refuse),
    DELETE: Undoable("the deletion of a tag", "contacts:write", refuse=_refuse),
}
