"""Notes: what somebody on the team wrote down about a contact, and whom they mention (S2-29)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.accounts.read import people
from nimbus.db.door import Tx
from nimbus.engagement import noun
from nimbus.engagement.mention import mentioned
from nimbus.engagement.noun import Noun, Row

NOTE = Noun("note", "note", ("body", "mentions", "author_id"))


def create_note(tx: Tx, who: Who, contact_id: UUID, values: dict[str, Any], through: str) -> Row:
    """The event names the note and not its text, which stays the author's to change."""
    author = who.id if who.kind == "person" else None
    values = {**_mentioning(tx, values), "author_id": author}
    operation, row = noun.create(tx, who, NOTE, contact_id, values, through)
    noun.tell(tx, operation, NOTE, row, "note", {})
    return row


def change_note(tx: Tx, who: Who, id: UUID, values: dict[str, Any], through: str) -> Row:
    """Raises Problem(not_found)."""
    old = noun.one(tx, NOTE, id, to_change=True)
    return noun.change(tx, who, NOTE, old, _mentioning(tx, values), through)[1]


def _mentioning(tx: Tx, values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "mentions": mentioned(values["body"], people(tx))}
