"""Into the trash and back (S0-44 … S0-46, S3-32)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.accounts.client import client_for
from nimbus.contacts.assignment.assignment import is_held
from nimbus.contacts.writing import email
from nimbus.contacts.writing.each import Outcome, Outcomes, Row, change_many
from nimbus.contacts.writing.edit import Editor
from nimbus.contacts.writing.limit import full, left
from nimbus.contacts.writing.one import change, locked, state
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import STANDARD
from nimbus.identity.one import claims
from nimbus.operations import Operation
from nimbus.operations.since import Edit, refuse_overwriting
from nimbus.problems import Problem
from nimbus.settings import Settings

_SQL = beside(__file__, "trash.sql")

_RESTORED = ("is_deleted", "deleted_at", "deletion_reason", "client_id", "assigned_until")
_WRITTEN = [f.column for f in STANDARD if f.thing == "contact" and f.column and f.editable]


def delete(
    tx: Tx, editor: Editor, contact_id: UUID, reason: str | None
) -> tuple[UUID, Operation | None]:  # fmt: skip
    """Put a contact into the trash; one that is there already stays as it is. With `If-Match` only
    if nobody has written anything since. Its assignment runs on until it ends: a restored contact
    still is its client's. Answers whose it was, and the operation, None for nothing done.

    Raises Problem: not_found, forbidden, precondition_failed.
    """
    row = locked(tx, editor.who, contact_id)
    if row["is_deleted"]:
        return row["id"], None
    refuse_unseen(tx, editor, row)
    operation = operations.start(
        tx, editor.who, "contact.delete", editor.through, subject="contact", subject_id=row["id"],
        why=reason,
    )  # fmt: skip
    values = {"is_deleted": True, "deleted_at": tx.now, "deletion_reason": reason}
    change(tx, operation, row, values, "deleted")
    return row["id"], operation


def refuse_unseen(tx: Tx, editor: Editor, row: Row) -> None:
    """With `If-Match`: what goes counts as an edit of every field that people write. Raises
    Problem(precondition_failed)."""
    if editor.seen is not None:
        lost = [Edit(column, column, None, row[column]) for column in _WRITTEN]
        refuse_overwriting(tx, editor.seen, row["id"], lost, state(tx, row["id"]).tag)


def restore(
    tx: Tx, editor: Editor, contact_id: UUID, settings: Settings
) -> tuple[UUID, Operation | None]:  # fmt: skip
    """Bring a contact back from the trash, its email claimed again, where nobody holds it for the
    editor's client; one that is not there stays as it is. Answers whose it was, and the operation,
    None for nothing done.

    Raises Problem: not_found; conflict when another contact has its email by now (G-08), another
    client of the workspace than the one named holds it, or the workspace is full (S0-80);
    assigned_elsewhere; globally_suppressed; client_required.
    """
    row = locked(tx, editor.who, contact_id)
    if editor.client_id:
        client_for(tx, editor.who, editor.client_id)
    if not row["is_deleted"]:
        return row["id"], None
    if editor.client_id and is_held(tx, row) and row["client_id"] != editor.client_id:
        raise Problem(
            "conflict", "Another client of this workspace holds the contact. Restore it without "
            "naming one, and transfer it then.", "client_id",
        )  # fmt: skip
    operation = operations.start(
        tx, editor.who, "contact.restore", editor.through, subject="contact", subject_id=row["id"]
    )
    (outcome,) = restore_many(tx, operation, [row["id"]], settings, editor.client_id)
    if outcome.problem:
        raise outcome.problem
    tx.follow()
    return row["id"], operation


def restore_many(
    tx: Tx, operation: Operation, contact_ids: Sequence[UUID], settings: Settings,
    client_id: UUID | None = None,
) -> list[Outcome]:  # fmt: skip
    """Bring contacts back from the trash, their emails claimed again in the order of their keys,
    those that nobody holds for the client that is named, else for the last one that held them;
    those that are not there are unchanged. One fails, as `restore` refuses it, whose email another
    contact has, be it one of these, whom another client holds, or who is one too many (S0-80)."""
    outcomes = Outcomes(tx, operation.who, contact_ids)
    for row in outcomes.locked:
        if not row["is_deleted"]:
            outcomes.leave(row["id"])
    waiting = [row for row in outcomes.locked if row["is_deleted"]]
    waiting = _without_twins(tx, waiting, outcomes)
    space = left(tx, settings) if waiting else None
    if space is not None and space < len(waiting):
        refused = full(tx, settings)
        for row in waiting[space:]:
            outcomes.fail(row["id"], refused)
        waiting = waiting[:space]
    claimed = _claim(tx, operation.who, waiting, outcomes, client_id)
    change_many(
        tx, operation, _SQL["restore"], list(claimed), _RESTORED, "restored",
        clients=[client for client, _ in claimed.values()],
        untils=[until for _, until in claimed.values()],
    )  # fmt: skip
    return outcomes.all()


def _without_twins(tx: Tx, rows: Sequence[Row], outcomes: Outcomes) -> list[Row]:
    """Of several with one email the one that was deleted last."""
    values = {"workspace": tx.workspace_id, "ids": [row["id"] for row in rows]}
    holder: dict[str, UUID] = {}
    others = {row["id"]: row["other"] for row in tx.rows(_SQL["twins"], values)}
    for row in sorted(rows, key=lambda row: (row["deleted_at"], row["id"]), reverse=True):
        other = others.get(row["id"]) or holder.setdefault(row["email"], row["id"])
        if other != row["id"]:
            outcomes.fail(row["id"], email.taken_by(other))
            holder.setdefault(row["email"], other)
    return [row for row in rows if holder.get(row["email"]) == row["id"]]


def _claim(
    tx: Tx, who: Who, rows: Sequence[Row], outcomes: Outcomes, client_id: UUID | None
) -> dict[UUID, tuple[UUID, datetime | None]]:  # fmt: skip
    """Client and end of the assignment of each contact that could be claimed."""
    by_client: dict[UUID | None, list[Row]] = {}
    for row in rows:
        keeps = client_id is None or is_held(tx, row)
        by_client.setdefault(row["client_id"] if keeps else client_id, []).append(row)
    claimed: dict[UUID, tuple[UUID, datetime | None]] = {}
    for named in sorted(by_client, key=str):
        try:
            client = client_for(tx, who, named)
        except Problem as refused:
            for row in by_client[named]:
                outcomes.fail(row["id"], refused)
            continue
        found = claims(tx, client, [row["email_key"] for row in by_client[named]])
        for row in by_client[named]:
            claim = found[row["email_key"]]
            if problem := email.refusal(tx, row["email"], claim):
                outcomes.fail(row["id"], problem)
            else:
                claimed[row["id"]] = (client.id, claim.until)
    return claimed
