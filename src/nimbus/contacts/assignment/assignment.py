"""Who works on a contact: let go, passed on to another client, renewed (S0-59, S0-60, D-25)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.access.who import system
from nimbus.accounts.client import MOST_PRIORITY, Client, client_for
from nimbus.contacts.assignment import priority as priorities
from nimbus.contacts.writing import email
from nimbus.contacts.writing.each import Outcome, Outcomes, change_many
from nimbus.contacts.writing.edit import Editor
from nimbus.contacts.writing.one import Row, change, differing, locked
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.identity import assignment as registry
from nimbus.operations import Operation
from nimbus.problems import Problem, invalid

_SQL = beside(__file__, "assignment.sql")

COLUMNS = ("client_id", "assigned_until")


def release(tx: Tx, editor: Editor, contact_id: UUID) -> tuple[UUID, Operation | None]:
    """Let go of a contact, so that anybody may claim its email; answers whose it was, and the
    operation, None where nobody held it.

    Raises Problem: not_found; forbidden where another client holds it than the key's.
    """
    row = locked(tx, editor.who, contact_id)
    if not is_held(tx, row):
        return row["id"], None
    operation = _operation(tx, editor, "release", row)
    release_many(tx, operation, [row["id"]])
    tx.follow()
    return row["id"], operation


def release_many(tx: Tx, operation: Operation, contact_ids: Sequence[UUID]) -> list[Outcome]:
    """Let go of contacts; those that nobody holds are unchanged. In the order of their keys.

    There is one claim per email (D-25): of a contact in the trash whose email a live one has by now
    only its own copy goes, and the live one stays held.
    """
    outcomes = Outcomes(tx, operation.who, contact_ids)
    held = [row for row in outcomes.locked if is_held(tx, row)]
    for row in outcomes.locked:
        if not is_held(tx, row):
            outcomes.leave(row["id"])
    ids = [row["id"] for row in held]
    outlived = set(tx.column(_SQL["outlived"], {"workspace": tx.workspace_id, "ids": ids}))
    registry.release(tx, [row["email_key"] for row in held if row["id"] not in outlived])
    change_many(tx, operation, _SQL["release"], ids, COLUMNS, "updated")
    return outcomes.all()


def release_email(tx: Tx, key: UUID, through: str) -> None:
    """Let go of an email for the operator of the platform, be there a contact of it or none."""
    who = system(tx.workspace_id, "The operator")
    found = tx.column(
        "select id from contact where workspace_id = %s and email_key = %s "
        "and client_id is not null order by id", [tx.workspace_id, key],
    )  # fmt: skip
    operation = operations.start(tx, who, "assignment.release", through, why="By the operator")
    release_many(tx, operation, found)
    registry.release(tx, [key])


def transfer(
    tx: Tx, editor: Editor, contact_id: UUID, client_id: UUID
) -> tuple[UUID, Operation | None]:  # fmt: skip
    """Pass a contact on to another client of the workspace, for a term of theirs from now on;
    nobody can get in between. Where nobody holds it, they claim it.

    Raises Problem: not_found; in_trash; validation_error for a client that is not there;
    forbidden; assigned_elsewhere; globally_suppressed.
    """
    row = _live(tx, editor.who, contact_id)
    client = client_for(tx, editor.who, client_id)
    if is_held(tx, row) and row["client_id"] == client.id:
        return row["id"], None
    operation = _operation(tx, editor, "transfer", row)
    until = registry.transfer(tx, client, [row["email_key"]]).get(row["email_key"])
    values: dict[str, Any] = {"client_id": client.id, "assigned_until": until}
    change(tx, operation, row, values if until else _claimed(tx, editor, row, client))
    return row["id"], operation


def renew(
    tx: Tx, editor: Editor, contact_id: UUID, client_id: UUID | None = None,
    priority: int | None = None,
) -> tuple[UUID, Operation | None]:  # fmt: skip
    """Have a contact for a whole term from now on, where that adds more than a day (D-29), and with
    another priority. One that nobody holds is claimed: for the client named, else for the last one
    that held it, as far as the key is not limited to one (D-14).

    Raises Problem: not_found; in_trash; conflict where another client of the workspace holds it;
    client_required; assigned_elsewhere; globally_suppressed.
    """
    row = _live(tx, editor.who, contact_id)
    client = client_for(tx, editor.who, client_id or editor.who.client_id or row["client_id"])
    if is_held(tx, row) and row["client_id"] != client.id:
        raise Problem(
            "conflict", "Another client of this workspace holds the contact. Transfer it instead.",
            "client_id",
        )  # fmt: skip
    if priority is not None and not 1 <= priority <= MOST_PRIORITY:
        raise invalid(f"A priority is between 1 and {MOST_PRIORITY}.", "priority")
    values = differing(row, _claimed(tx, editor, row, client))
    before = _prioritised(tx, row, priority)
    if not values and before is None:
        return row["id"], None
    operation = _operation(tx, editor, "renew", row)
    if before is not None:
        priorities.log(tx, operation, {row["id"]: before}, {row["id"]: priority or 0})
    if values:
        change(tx, operation, row, values)
    return row["id"], operation


def is_held(tx: Tx, row: Any) -> bool:
    """Whether our own claim of a contact runs, by its copy of it (design §4)."""
    until = row["assigned_until"]
    return row["client_id"] is not None and until is not None and until > tx.now


def _live(tx: Tx, who: Who, contact_id: UUID) -> Row:
    row = locked(tx, who, contact_id)
    if row["is_deleted"]:
        raise Problem("in_trash", "The contact is in the trash. Restore it first.")
    return row


def _claimed(tx: Tx, editor: Editor, row: Row, client: Client) -> dict[str, Any]:
    return email.claim(tx, editor.who, {**row, "client_id": client.id}, row["email_key"])


def _prioritised(tx: Tx, row: Row, priority: int | None) -> int | None:
    """The priority before, where it was another."""
    if priority is None:
        return None
    return registry.prioritise(tx, {row["email_key"]: priority}).get(row["email_key"])


def _operation(tx: Tx, editor: Editor, what: str, row: Row) -> Operation:
    return operations.start(
        tx, editor.who, f"assignment.{what}", editor.through, subject="contact",
        subject_id=row["id"],
    )  # fmt: skip
