"""Personalization: how far the research about a person is, and the lines that came of it (D-26).

Programs write it; nothing here writes a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.contacts.writing.one import locked
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement import noun
from nimbus.engagement.noun import Noun, Row
from nimbus.engagement.restore import step
from nimbus.operations.absorbing import Absorber, Absorbing
from nimbus.operations.erasing import Person
from nimbus.operations.undoing import Undoable

_SQL = beside(__file__, "personalization.sql")

NAME = "personalization"
# In the words of a page.
STATUSES = {
    "none": "Not researched", "queued": "Queued", "ready": "Ready", "failed": "Failed",
}  # fmt: skip
PERSONALIZATION = Noun(NAME, "pers", ("status", "lines", "source", "error"), ("lines",))
STEP = step(PERSONALIZATION)
UNDOABLE = {
    f"{NAME}.{deed}": Undoable(f"{words} personalization", "contacts:write")
    for deed, words in (("create", "adding"), ("update", "an edit of"), ("delete", "removing"))
}


def find(tx: Tx, contact_id: UUID) -> Row | None:
    """What there is of a contact."""
    return tx.row(_SQL["find"], {"workspace": tx.workspace_id, "contact": contact_id})


def put(tx: Tx, who: Who, contact_id: UUID, values: Mapping[str, Any], through: str) -> Row:
    """Let it be just this. Raises Problem(not_found | forbidden)."""
    contact_id = locked(tx, who, contact_id)["id"]
    old = find(tx, contact_id)
    if old is None:
        return noun.create(tx, who, PERSONALIZATION, contact_id, values, through)[1]
    return noun.change(tx, who, PERSONALIZATION, old, values, through)[1]


def remove(tx: Tx, who: Who, contact_id: UUID, through: str) -> None:
    """Where there is none, nothing happens. Raises Problem(not_found | forbidden)."""
    old = find(tx, locked(tx, who, contact_id)["id"])
    if old:
        noun.remove(tx, who, PERSONALIZATION, old["id"], through)


def absorb(tx: Tx, absorbing: Absorbing) -> None:
    """Whoever is kept has it of the other where it has none of its own."""
    tx.run(
        _SQL["move"],
        {"workspace": tx.workspace_id, "operation": absorbing.operation.id,
         "gone": absorbing.gone, "kept": absorbing.kept},
    )  # fmt: skip


ABSORBER = Absorber((NAME,), absorb)


def erase(tx: Tx, person: Person) -> None:
    """The log's part of it goes by `redact_changes`."""
    tx.run(_SQL["erase"], {"workspace": tx.workspace_id, "ids": list(person.contacts)})
