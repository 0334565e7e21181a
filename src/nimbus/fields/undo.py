"""Taking back what was done to a workspace's own field: its definition here, the values of contacts
by their own step, which comes after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.change import refuse_asked, refuse_imported
from nimbus.fields.custom import CustomField, check_custom_field_limit
from nimbus.fields.held import Work, holder
from nimbus.fields.read import forget
from nimbus.fields.write import fields_to_change
from nimbus.operations import undo, undo_whole
from nimbus.operations.references import Thing, references
from nimbus.operations.references import shown as references_shown
from nimbus.operations.things import Column, Shown, shown
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable
from nimbus.problems import Problem
from nimbus.settings import settings

_SQL = beside(__file__, "undo.sql")

COLUMNS = Columns(units=(("field_type", "stored_as", "options"),))
NAMED = {
    "name": "Name", "label": "Label", "field_type": "Type", "options": "Options",
    "fallback": "Fallback", "position": "Place",
}  # fmt: skip


def _restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Raises Problem where there are as many fields by now as there may be, and as
    `_refuse_changed` and `_refuse_loss` do."""
    if coming := undo_whole.coming(tx, "custom_field"):
        there = len(fields_to_change(tx))
        check_custom_field_limit(there + coming - 1, settings().custom_fields_limit)
    again = undo_whole.put_back(tx, undoing, "custom_field", needed=["position"])
    undo_whole.not_put_back(tx, "custom_field", "name_taken")
    undo.aim(tx, "custom_field", COLUMNS)
    _refuse_changed(tx, undoing.undone)
    _refuse_loss(tx, tx.rows(_SQL["aimed"]), undoing.family)
    undo_whole.leave_taken(tx, "custom_field", "name", "name_taken")
    changed = undo.write(tx, undoing, "custom_field", "custom_field", touched=False)
    made = undo_whole.made(tx, "custom_field")
    used = {id for id in made if references(tx, Thing("custom_field", str(id)))}
    undo_whole.stay(tx, used, "in_use")
    removed = undo_whole.unmake(tx, undoing, "custom_field", set(made) - used)
    forget(tx)
    return {"field_restored": again + len(changed), "field_removed": removed}


def _refuse_changed(tx: Tx, operation_id: UUID) -> None:
    """Values go by the type and the options that they were converted to, so where one of these was
    changed again neither goes back. Raises Problem(conflict)."""
    values = {"workspace": tx.workspace_id, "operation": operation_id}
    if label := tx.value(_SQL["changed_since"], values):
        raise Problem(
            "conflict",
            f"The type or the options of {label} were changed again since. Undo that first, or "
            "change the field by hand.",
        )


def _refuse_loss(tx: Tx, goals: Sequence[Mapping[str, Any]], own: Sequence[UUID]) -> None:
    """A type and options go back as they are changed by hand: not from under what asks for them by
    now, or an import that brings some (G-33). A value that somebody has given since lies where the
    field will not look for it any more, or names an option that goes. `own` are the operations
    whose own doing is no news.

    Raises Problem: in_use with what asks for it; conflict.
    """
    there = {field.id: field for field in fields_to_change(tx)}
    for id, goal in ((row["thing_id"], row["goal"]) for row in goals):
        was = there[id]
        converts = "field_type" in goal
        gone = [o for o in was.options if o not in goal.get("options", was.options)]
        if not converts and not gone:
            continue
        refuse_imported(tx, was)
        if converts:
            refuse_asked(tx, was)
            works = [Work(was.column)]
        else:
            _refuse_asked_option(tx, was, gone, own)
            several = was.field_type == "multi_select"
            works = [Work(was.column, option, several=several) for option in gone]
        if since := sum(holder().since(tx, work, own) for work in works):
            values = "1 contact has a value" if since == 1 else f"{since:,} contacts have values"
            raise Problem(
                "conflict",
                f"{values} of {was.label} from somebody else since, which would be lost. Change "
                "the field by hand instead: that takes every value along, or tells of it.",
            )


def _refuse_asked_option(
    tx: Tx, was: CustomField, options: Sequence[str], own: Sequence[UUID]
) -> None:
    """What the operation itself had ask for another name of an option goes back with it."""
    rows = tx.rows(_SQL["asking"], {"workspace": tx.workspace_id, "own": list(own)})
    kinds = {row["thing"] for row in rows}
    follow = {ids.show(shown(row["thing"]).prefix, row["thing_id"]) for row in rows}
    for option in options:
        asking = [
            one for one in references(tx, Thing("option", f"{was.id}:{option}"))
            if one.kind != "contacts"
            and not (one.id in follow if one.id else one.kind in kinds)
        ]  # fmt: skip
        if asking:
            raise Problem(
                "in_use",
                f"{asking[0].name} asks for the option “{option}” of {was.label}. Change what uses "
                "it first.",
                references=references_shown(asking),
            )


def _lock(tx: Tx) -> None:
    fields_to_change(tx)
    undo_whole.lock(tx, "custom_field")


def _refuse(tx: Tx, who: Who, operation_id: UUID) -> None:
    """While a job is at the values, and where rules or webhooks were rewritten too: what they say
    has an effect on everybody, so that it is decided by who sees it. What is refused while it goes
    back is refused before a job begins with it."""
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
    _refuse_changed(tx, operation_id)
    own = [operation_id, *undo.family(tx, operation_id, operation_id)]
    _refuse_loss(tx, tx.rows(_SQL["goals"], values), own)


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
