"""Another email for a contact, or an old one again: who may have it (S0-81, S0-82, D-01)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.accounts.client import client_for, clients
from nimbus.consent.tombstone import is_erased
from nimbus.contacts.writing.held import assigned_elsewhere
from nimbus.contacts.writing.winning import strictest
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import derive
from nimbus.identity import email_key
from nimbus.identity.assignment import release
from nimbus.identity.one import Claim, claim_one
from nimbus.operations import Operation
from nimbus.operations.undo import Undoing
from nimbus.problems import Problem
from nimbus.suppression import status_of
from nimbus.suppression.absorb import hold_on

_SQL = beside(__file__, "edit.sql")

Row = Mapping[str, Any]


def take(
    tx: Tx, who: Who, row: Row, email: str, secret: bytes, *, forced: bool = False
) -> dict[str, Any]:
    """Claim a new email for a contact and let go of its old one; answers the columns that change.
    That the old one could be delivered to says nothing of the new one. A `forced` one is taken
    though another client holds it, without the assignment, or though it is not to be contacted.

    Raises Problem: conflict when another contact here has it, suppressed; and unless it is forced,
    assigned_elsewhere and globally_suppressed.
    """
    key = email_key(secret, email)
    refuse_twin(tx, row["id"], email)
    try:
        claimed = claim(tx, who, {**row, "email": email}, key)
    except Problem as refused:
        if not forced or refused.code not in ("assigned_elsewhere", "globally_suppressed"):
            raise
        claimed = {"client_id": None, "assigned_until": None}
    if is_erased(tx, key):
        raise _suppressed("erased", "compliance")
    if not forced and (held := status_of(tx, email, key)):
        raise _suppressed(held.layer, held.reason)
    release(tx, [row["email_key"]])
    return {
        "email": email, "email_domain": derive.email_domain(email), "email_key": key,
        "verification_status": "unknown", **claimed,
    }  # fmt: skip


def remember_refusals(
    tx: Tx, row: Row, taken: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """`wanted` of a contact that has `taken` another email, with the consent and the status that
    contacts in the trash had under it, where these were stricter (G-02)."""
    values = {"workspace": tx.workspace_id, "id": row["id"], "email": taken["email"]}
    trashed = tx.rows(_SQL["trashed"], values)
    return {**taken, **wanted, **(strictest([{**row, **wanted}, *trashed]) if trashed else {})}


def hold(tx: Tx, operation: Operation, row: Row, new: Row) -> None:
    """Whoever wants no mail under the old email of a contact, wants none under the `new` one."""
    hold_on(tx, operation, (row["email"], row["email_key"]), new["email"], _refused(new))


def hold_back(tx: Tx, undoing: Undoing, back: Row) -> None:
    """The same where an email goes `back` by an undo: but only for what was refused since."""
    old = (back["email"], back["email_key"])
    hold_on(tx, undoing.operation, old, back["goal"], _refused(back), without=undoing.undone)


def _refused(row: Row) -> str | None:
    """The reason on the list for a refusal by consent or status."""
    if row["consent_status"] == "opted_out":
        return "opt_out"
    return "unsubscribe" if row["status"] == "unsubscribed" else None


def claim(tx: Tx, who: Who, row: Row, key: UUID) -> dict[str, Any]:
    """Claim the email of a row for its client; answers the columns that tell of it. Raises
    Problem(assigned_elsewhere) and Problem(globally_suppressed)."""
    client = client_for(tx, who, row["client_id"])
    found = claim_one(tx, client, key)
    if refused := refusal(tx, row["email"], found):
        raise refused
    return {"client_id": client.id, "assigned_until": found.until}


def refusal(tx: Tx, email: str, found: Claim) -> Problem | None:
    """Why an email could not be claimed; None where it could."""
    if found.state == "elsewhere":
        holder = next((one.name for one in clients(tx) if one.id == found.holder), None)
        return assigned_elsewhere(email, found.until, holder)
    if found.state == "opted_out":
        return Problem(
            "globally_suppressed",
            "The owner of this email has opted out of this platform and is not to be contacted.",
            "email", layer="platform", reason="opt_out",
        )  # fmt: skip
    return None


def refuse_twin(tx: Tx, contact_id: UUID, email: str) -> None:
    """Raises Problem(conflict) with `existing_id` when another live contact has the email."""
    if (other := twin(tx, contact_id, email)) is not None:
        raise taken_by(other)


def twin(tx: Tx, contact_id: UUID, email: str) -> UUID | None:
    """The other live contact of this workspace that has the email, if any."""
    values = {"workspace": tx.workspace_id, "id": contact_id, "email": email}
    found: UUID | None = tx.value(_SQL["holder_of_email"], values)
    return found


def taken_by(other: UUID) -> Problem:
    """The refusal of an email that another contact here has (G-08)."""
    return Problem(
        "conflict",
        "Another contact of this workspace has this email. Change that one, or delete it.",
        "email", existing_id=ids.show("cont", other),
    )  # fmt: skip


def _suppressed(layer: str, reason: str) -> Problem:
    return Problem(
        "suppressed",
        f"This email is not to be contacted ({reason.replace('_', ' ')}).", "email",
        layer=layer, reason=reason,
    )  # fmt: skip
