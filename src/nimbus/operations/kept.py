"""What an undo left as it is, and why: in words, paged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.things import Column, shown

_SQL = beside(__file__, "kept.sql")

_WORDS = {
    "gone": "It is not there any more.",
    "email_taken": "Another contact has this email by now.",
    "assigned_elsewhere": "Somebody else holds this email by now.",
    "erased": "Whoever had this email was erased.",
    "opted_out": "This person has opted out of the whole platform.",
    "contact_limit": "The workspace is full: no further contact fits below its limit.",
    "company_gone": "Its company is not there any more.",
    "field_gone": "The field is not there any more.",
    "in_use": "There are contacts that belong to it.",
    "taken": "Another company has this domain or name by now.",
    "name_taken": "Another one has this name by now.",
    "mapping_taken": "Another mapping was saved for these columns by now.",
    "contact_gone": "Its contact is not there any more.",
    "another": "Its contact has another one by now, and there can be but one.",
    "list_gone": "The list is not there any more.",
    "stricter": "Its reason became stricter, or others asked for it too: that is never undone.",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A thing that was kept, wholly or in part. `columns` are those that were changed since,
    `fields` as people know them; `label` is a contact's email or a company's domain, None when it
    is gone."""

    thing_id: UUID
    reason: str
    thing: str
    columns: list[str]
    fields: tuple[Column, ...]
    by_kind: str | None
    by_name: str | None
    by_why: str | None
    changed_at: datetime | None
    label: str | None

    @property
    def shown_id(self) -> str:
        return ids.show(shown(self.thing).prefix, self.thing_id)

    @property
    def name(self) -> str:
        """What it is called, or what it was."""
        return self.label or f"A {shown(self.thing).word}"

    @property
    def href(self) -> str | None:
        """The page of what is still there."""
        return shown(self.thing).href(self.thing_id) if self.label else None

    @property
    def changed_by(self) -> str | None:
        """A person, a key, or another import by its name."""
        return f"import {self.by_why}" if self.by_kind == "import" else self.by_name

    @property
    def message(self) -> str:
        if self.reason != "edited":
            return _WORDS[self.reason]
        told = ", ".join(field.label for field in self.fields) or "It"
        return f"Changed since by {self.changed_by or 'somebody'}: {told}."


def page(tx: Tx, undo_id: UUID, after: tuple[UUID, str] | None, limit: int) -> list[Kept]:
    """What an undoing operation kept, in the order of ids, after a thing and reason."""
    rows = tx.rows(
        _SQL["page"],
        {
            "workspace": tx.workspace_id, "undo": undo_id, "limit": limit,
            "after": after[0] if after else None, "after_reason": after[1] if after else None,
        },
    )  # fmt: skip
    labels: dict[UUID, str] = {}
    for thing in {row["thing"] for row in rows}:
        there = [row["thing_id"] for row in rows if row["thing"] == thing]
        labels |= shown(thing).labels(tx, there)
    return [
        Kept(
            **row,
            fields=tuple(shown(row["thing"]).columns(tx, row["columns"])),
            label=labels.get(row["thing_id"]),
        )
        for row in rows
    ]


def count(tx: Tx, undo_id: UUID) -> int:
    """How many of them there are."""
    found: int = tx.value(_SQL["count"], {"workspace": tx.workspace_id, "undo": undo_id})
    return found
