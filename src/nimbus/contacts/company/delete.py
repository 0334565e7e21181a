"""Deleting a company, which detaches its contacts: in the room that writes them (S4-15, G-33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.accounts.client import refuse_limited
from nimbus.companies import read, write
from nimbus.companies.restore import alone
from nimbus.contacts.writing.values import carry
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.held import Work
from nimbus.operations import Operation
from nimbus.operations.references import Thing, refuse_if_used
from nimbus.operations.since import refuse_stale


@dataclass(frozen=True, slots=True)
class Deleted:
    """The `row` as it was, how many contacts have lost it, and the job by which, where many."""

    row: Mapping[str, Any]
    contacts: int
    operation: Operation
    job_id: UUID | None


def delete(
    tx: Tx, who: Who, through: str, company_id: UUID, *, force: bool, if_match: str | None = None
) -> Deleted:
    """Delete a company; its contacts have none then, and their tiers and scores follow.

    Raises Problem: not_found; forbidden for a key that is limited to a client; precondition_failed
    where it is not as `if_match` says; in_use with what uses it, unless `force`.
    """
    refuse_limited(who, "A company")
    alone(tx)
    row = read.one(tx, company_id, lock=True)
    if row is None:
        raise ids.missing("comp")
    refuse_stale(tx, if_match, company_id, "company")
    name = name_of(row)
    if not force:
        refuse_if_used(tx, Thing("company", str(company_id)), name)
    contacts = read.people(tx, company_id)
    operation = write.remove(tx, who, through, company_id)
    label, work = f"Detaching the contacts of {name}", Work("company_id", str(company_id))
    moved = carry(tx, who, operation, str(company_id), label, [work])
    return Deleted(row, contacts, operation, moved.job_id)


def name_of(row: Mapping[str, Any]) -> str:
    """One of the two every company has."""
    name: str = row["name"] or row["domain"]
    return name
