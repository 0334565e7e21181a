"""Taking back what was done to a workspace's own field: its definition here, the values of contacts
by their own step, which comes after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.custom import check_custom_field_limit
from nimbus.fields.held import holder
from nimbus.fields.read import forget
from nimbus.fields.write import fields_to_change
from nimbus.operations import undo, undo_whole
from nimbus.operations.references import Thing, references
from nimbus.operations.things import Column, Shown
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable
from nimbus.problems import Problem
from nimbus.settings import settings

_SQL = beside(__file__, "undo.sql")

COLUMNS = Columns(units=(("field_type", "stored_as"),))
NAMED = {
    "name": "Name", "label": "Label", "field_type": "Type", "options": "Options",
    "fallback": "Fallback", "position": "Place",
}  # fmt: skip


def _restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Raises Problem where there are as many fields by now as there may be."""
    if coming := tx.value(_SQL["coming"], {"workspace": tx.workspace_id}):
        there = len(fields_to_change(tx))
        check_custom_field_limit(there + coming - 1, settings().custom_fields_limit)
    again = undo_whole.put_back(tx, undoing, "custom_field", needed=["position"])
    undo_whole.not_put_back(tx, "custom_field", "name_taken")
    undo.aim(tx, "custom_field", COLUMNS)
    undo_whole.leave_taken(tx, "custom_field", "name", "name_taken")
    changed = undo.write(tx, undoing, "custom_field", "custom_field", touched=False)
    made = undo_whole.made(tx, "custom_field")
    used = {id for id in made if references(tx, Thing("custom_field", str(id)))}
    undo_whole.stay(tx, used, "in_use")
    removed = undo_whole.unmake(tx, undoing, "custom_field", set(made) - used)
    forget(tx)
    return {"field_restored": again + len(changed), "field_removed": removed}


def _lock(tx: Tx) -> None:
    fields_to_change(tx)
    undo_whole.lock(tx, "custom_field")


def _refuse(tx: Tx, who: Who, operation_id: UUID) -> None:
    """While a job is at the values, and where rules or webhooks were rewritten too: what they say
    has an effect on everybody, so that it is decided by who sees it."""
    fields_to_change(tx)
    values = {"workspace": tx.workspace_id, "operation": operation_id}
    if any(holder().busy(tx, str(id)) for id in tx.column(_SQL["fields"], values)):
        raise Problem("conflict", "The values of the field are being changed. Wait for the job.")
    if tx.value(_SQL["beyond"], values):
        raise Problem(
            "conflict",
            "Rules, scoring, webhooks or the required fields asked for this field and were changed "
            "with it, so it is not undone as a whole. Change these and the field by hand.",
        )


def _labels(tx: Tx, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    rows = tx.rows(_SQL["labels"], {"workspace": tx.workspace_id, "ids": list(ids)})
    return {row["id"]: row["label"] for row in rows}


def _columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    known = set(names)
    return [Column(name, label) for name, label in NAMED.items() if name in known]


SHOWN = {
    "custom_field": Shown("cf", "field", _labels, _columns, lambda _: "/settings/fields"),
}
STEP = Step("custom_field", COLUMNS, _lock, _restore)
UNDOABLE = {
    "field.create": Undoable("adding a field", "settings:write", refuse=_refuse),
    "field.change": Undoable("an edit of a field", "settings:write", refuse=_refuse),
    "field.order": Undoable("another order of fields", "settings:write", refuse=_refuse),
    "field.delete": Undoable(
        "the deletion of a field", "settings:write", once=True, refuse=_refuse
    ),
}
