"""Notes, tasks and deals going back to what they were before an operation: this room's part of
every undo. The events that tell of them stay: what has happened has happened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from psycopg import sql

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.deal import DEAL
from nimbus.engagement.note import NOTE, refuse_anothers, refuse_removing
from nimbus.engagement.noun import Noun
from nimbus.engagement.task import TASK
from nimbus.operations import undo, undo_whole
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable
from nimbus.problems import Problem

_SQL = beside(__file__, "restore.sql")

Refuse = Callable[[Tx, Who, UUID], None]


def step(noun: Noun) -> Step:
    """Of a kind of things that are written as notes are."""

    def run(tx: Tx, name: str, undoing: Undoing | None = None) -> int:
        statement = sql.SQL(_SQL[name]).format(
            table=sql.Identifier(noun.name),
            thing=sql.Literal(noun.name),
            names=sql.SQL(", ").join(map(sql.Identifier, noun.columns)),
            columns=sql.SQL(", ").join(sql.Identifier("m", column) for column in noun.columns),
        )
        values = {"workspace": tx.workspace_id, "now": tx.now,
                  "undoing": undoing and undoing.operation.id}  # fmt: skip
        return tx.run(statement, values)

    def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
        again = run(tx, "put_back", undoing)
        run(tx, "not_put_back")
        undo.aim(tx, noun.name, Columns())
        changed = undo.write(tx, undoing, noun.name, noun.name, touched=False)
        made = undo_whole.made(tx, noun.name)
        removed = undo_whole.unmake(tx, undoing, noun.name, made)
        return {f"{noun.name}_restored": again + len(changed), f"{noun.name}_removed": removed}

    return Step(noun.name, Columns(), partial(undo_whole.lock, thing=noun.name), restore)


STEPS = tuple(map(step, (NOTE, TASK, DEAL)))


def _refuse_homeless(tx: Tx, who: Who, operation_id: UUID) -> None:
    """Raises Problem(conflict) for what was deleted when the log did not keep whose it was."""
    if tx.value(_SQL["is_homeless"], {"workspace": tx.workspace_id, "operation": operation_id}):
        raise Problem(
            "conflict",
            "This was deleted when the log did not yet keep which contact it belonged to, so it "
            "cannot come back. The audit log has what it said: write it again.",
        )


def _refuse_deleted_note(tx: Tx, who: Who, operation_id: UUID) -> None:
    refuse_removing(tx, who, operation_id)
    _refuse_homeless(tx, who, operation_id)


def _undoable(noun: Noun, words: str, refuse: Refuse | None = None) -> Undoable:
    return Undoable(f"{words} a {noun.name}", "engagement:write", refuse=refuse)


_DEEDS = (
    ("create", "adding", None), ("update", "an edit of", None),
    ("delete", "the deletion of", _refuse_homeless),
)  # fmt: skip
UNDOABLE = {
    "note.create": _undoable(NOTE, "adding", refuse_removing),
    "note.update": _undoable(NOTE, "an edit of", refuse_anothers),
    "note.delete": _undoable(NOTE, "the deletion of", _refuse_deleted_note),
    **{
        f"{noun.name}.{deed}": _undoable(noun, words, refuse)
        for noun in (TASK, DEAL)
        for deed, words, refuse in _DEEDS
    },
}
