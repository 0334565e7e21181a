"""Into the trash and back (S0-44 … S0-46, S3-32)."""

from __future__ import annotations

from uuid import UUID

from nimbus import operations
from nimbus.contacts import email
from nimbus.contacts.edit import Editor
from nimbus.contacts.limit import refuse_when_full
from nimbus.contacts.one import Row, change, locked, state
from nimbus.db.door import Tx
from nimbus.fields import STANDARD
from nimbus.operations.since import Edit, refuse_overwriting
from nimbus.settings import Settings

_WRITTEN = [f.column for f in STANDARD if f.thing == "contact" and f.column and f.editable]


def delete(tx: Tx, editor: Editor, contact_id: UUID, reason: str | None) -> UUID:
    """Put a contact into the trash; one that is there already stays as it is. With `If-Match` only
    if nobody has written anything since. Its assignment runs on until it ends: a restored contact
    still is its client's.

    Raises Problem: not_found, forbidden, precondition_failed.
    """
    row = locked(tx, editor.who, contact_id)
    kept: UUID = row["id"]
    if row["is_deleted"]:
        return kept
    refuse_unseen(tx, editor, row)
    operation = operations.start(
        tx, editor.who, "contact.delete", editor.through, subject="contact", subject_id=row["id"],
        why=reason,
    )  # fmt: skip
    values = {"is_deleted": True, "deleted_at": tx.now, "deletion_reason": reason}
    change(tx, operation, row, values, "deleted")
    return kept


def refuse_unseen(tx: Tx, editor: Editor, row: Row) -> None:
    """With `If-Match`: what goes counts as an edit of every field that people write. Raises
    Problem(precondition_failed)."""
    if editor.seen is not None:
        lost = [Edit(column, column, None, row[column]) for column in _WRITTEN]
        refuse_overwriting(tx, editor.seen, row["id"], lost, state(tx, row["id"]).tag)


def restore(tx: Tx, editor: Editor, contact_id: UUID, settings: Settings) -> UUID:
    """Bring a contact back from the trash, its email claimed again; one that is not there stays as
    it is.

    Raises Problem: not_found; conflict when another contact has its email by now, or the workspace
    is full (S0-80); assigned_elsewhere; globally_suppressed.
    """
    row = locked(tx, editor.who, contact_id)
    kept: UUID = row["id"]
    if not row["is_deleted"]:
        return kept
    refuse_when_full(tx, settings)
    email.refuse_twin(tx, row["id"], row["email"])
    claimed = email.claim(tx, editor.who, row, row["email_key"])
    operation = operations.start(
        tx, editor.who, "contact.restore", editor.through, subject="contact", subject_id=row["id"]
    )
    values = {"is_deleted": False, "deleted_at": None, "deletion_reason": None, **claimed}
    change(tx, operation, row, values, "restored")
    return kept
