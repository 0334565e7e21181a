"""Tasks: what is to be done about a contact, by when, and that it is done (D-06)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.engagement import noun
from nimbus.engagement.noun import Noun, Row
from nimbus.operations import Operation

TASK = Noun("task", "task", ("title", "status", "due_at", "completed_at"))
STATUSES = ("open", "done")
# The years in which a task may be due: in every zone within the calendar.
FIRST_YEAR, LAST_YEAR = 1970, 2999


def create_task(tx: Tx, who: Who, contact_id: UUID, values: dict[str, Any], through: str) -> Row:
    """One that is done already is completed at once."""
    operation, row = noun.create(tx, who, TASK, contact_id, _settled(tx, values), through)
    _tell(tx, operation, row, was="open")
    return row


def change_task(tx: Tx, who: Who, id: UUID, values: dict[str, Any], through: str) -> Row:
    """Raises Problem(not_found)."""
    old = noun.one(tx, TASK, id, to_change=True)
    if values.get("status") not in (None, old["status"]):
        values = _settled(tx, values)
    operation, row = noun.change(tx, who, TASK, old, values, through)
    if operation:
        _tell(tx, operation, row, was=old["status"])
    return row


def _settled(tx: Tx, values: dict[str, Any]) -> dict[str, Any]:
    done = values.get("status") == "done"
    return {**values, "completed_at": tx.now if done else None}


def _tell(tx: Tx, operation: Operation, row: Row, was: str) -> None:
    if row["status"] == "done" and was != "done":
        noun.tell(tx, operation, TASK, row, "task_completed", {"title": row["title"]})
