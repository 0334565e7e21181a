"""Notes: what somebody on the team wrote down about a contact, and whom they mention (S2-29).

A note stands under its author's name, so that nobody else changes it; whoever has `settings:write`
may take it away.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.accounts.read import people
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement import noun
from nimbus.engagement.mention import mentioned
from nimbus.engagement.noun import Noun, Row
from nimbus.problems import Problem

_SQL = beside(__file__, "note.sql")

NOTE = Noun("note", "note", ("body", "mentions", "author_id"))


def create_note(tx: Tx, who: Who, contact_id: UUID, values: dict[str, Any], through: str) -> Row:
    """The event names the note and not its text, which stays the author's to change."""
    author = who.id if who.kind == "person" else None
    values = {**_mentioning(tx, values), "author_id": author}
    operation, row = noun.create(tx, who, NOTE, contact_id, values, through)
    noun.tell(tx, operation, NOTE, row, "note", {})
    return row


def change_note(tx: Tx, who: Who, id: UUID, values: dict[str, Any], through: str) -> Row:
    """Raises Problem(not_found), and Problem(forbidden) to everybody but the author."""
    old = noun.one(tx, NOTE, id, to_change=True)
    if not _is_author(tx, who, id):
        raise Problem(
            "forbidden",
            f"Only {old['created_by']}, who wrote this note, can change it. Write one of your own.",
        )
    return noun.change(tx, who, NOTE, old, _mentioning(tx, values), through)[1]


def remove_note(tx: Tx, who: Who, id: UUID, through: str) -> None:
    """Raises Problem(not_found), and Problem(forbidden) to those who may not."""
    old = noun.one(tx, NOTE, id, to_change=True)
    if not (_is_author(tx, who, id) or who.may("settings:write")):
        raise Problem(
            "forbidden",
            f"Only {old['created_by']}, who wrote this note, can delete it, and whoever has the "
            "scope settings:write.",
            scope="settings:write",
        )
    noun.remove(tx, who, NOTE, id, through)


def refuse_anothers(tx: Tx, who: Who, operation_id: UUID) -> None:
    """By undoing an edit its words would change, which is the author's alone. Raises
    Problem(forbidden)."""
    if not _is_author(tx, who, _of(tx, operation_id)):
        raise Problem("forbidden", "Only whoever wrote this note can undo an edit of it.")


def refuse_removing(tx: Tx, who: Who, operation_id: UUID) -> None:
    """What was added goes by undoing it, and what was deleted comes back. Raises
    Problem(forbidden)."""
    if not (who.may("settings:write") or _is_author(tx, who, _of(tx, operation_id))):
        raise Problem(
            "forbidden",
            "Only whoever wrote this note can undo that, and whoever has the scope settings:write.",
            scope="settings:write",
        )


def _is_author(tx: Tx, who: Who, id: UUID) -> bool:
    author = tx.value(_SQL["author"], {"workspace": tx.workspace_id, "id": id})
    return author is not None and author == who.id


def _of(tx: Tx, operation_id: UUID) -> UUID:
    note_id: UUID = tx.value(
        _SQL["changed_by"], {"workspace": tx.workspace_id, "operation": operation_id}
    )
    return note_id


def _mentioning(tx: Tx, values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "mentions": mentioned(values["body"], people(tx))}
