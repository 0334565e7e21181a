"""Merging contacts, this room's part: one lives on with the winning values, the others are archived
and lead to it (S0-77, D-10, G-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.accounts.client import refuse_anothers
from nimbus.contacts.read import one
from nimbus.contacts.writing.one import Row, change, differing
from nimbus.contacts.writing.winning import EMAIL
from nimbus.db import ids
from nimbus.db.door import TryAgain, Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import Operation
from nimbus.problems import Problem, invalid

_SQL = beside(__file__, "absorb.sql")

REASON = "merged"


def locked(tx: Tx, who: Who, contact_ids: Sequence[UUID]) -> list[Row]:
    """The contacts of these ids, in their order, for `who` to merge and nobody else until the end
    of the transaction; of an archived one that into which it was merged. Some may be in the trash,
    from where a merge brings them back (G-08).

    Raises Problem: not_found; in_trash; validation_error for one that is named twice; forbidden.
    """
    found = []
    for contact_id in contact_ids:
        row = one(tx, contact_id)
        if row is None:
            raise ids.missing("cont")
        found.append(row["id"])
    if len(set(found)) < len(found):
        raise invalid("These are one contact already. Name each of those to merge once.", "sources")
    rows = {
        row["id"]: row
        for row in tx.rows(_SQL["lock"], {"workspace": tx.workspace_id, "ids": found})
    }
    if len(rows) < len(found) or any(row["merged_into"] for row in rows.values()):
        raise TryAgain  # Erased or merged in the meantime.
    if all(row["is_deleted"] for row in rows.values()):
        raise Problem("in_trash", "All of them are in the trash. Restore one before you merge it.")
    for row in rows.values():
        refuse_anothers(who, row["client_id"], row["assigned_until"], tx.now)
    return [rows[id] for id in found]


def merge_rows(
    tx: Tx, operation: Operation, kept: Row, gone: Sequence[Row], won: Mapping[str, Any]
) -> Mapping[UUID, str]:
    """Archive those that go and give `kept` the winning values; answers the emails that those who
    went have now. Every email stays on one of them, so that each still leads to the person: whose
    email won has that of `kept`."""
    emails: dict[UUID, str] = {}
    for row in gone:
        values = {
            "is_deleted": True, "deleted_at": tx.now, "deletion_reason": REASON,
            "merged_into": kept["id"],
        }  # fmt: skip
        if row["email"] == won["email"] != kept["email"]:
            values |= {column: kept[column] for column in EMAIL}
        change(tx, operation, row, differing(row, values), "merged")
        emails[row["id"]] = str(values.get("email", row["email"]))
    moved = {"workspace": tx.workspace_id, "operation": operation.id, "kept": kept["id"],
             "gone": list(emails)}  # fmt: skip
    tx.run(_SQL["lead_on"], moved)
    alive = {"is_deleted": False, "deleted_at": None, "deletion_reason": None}
    if values := differing(kept, {**won, **alive}):
        change(tx, operation, kept, values)
    return emails
