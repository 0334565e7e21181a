"""Editing one company, and with it what all of its contacts show (S0-26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.companies import given, read, write
from nimbus.companies.company import shown
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.operations import Operation
from nimbus.operations.since import Edit, refuse_overwriting
from nimbus.web.etag import Seen, etag


@dataclass(frozen=True, slots=True)
class State:
    """A company's row, and the tag of the state that it is in."""

    row: Mapping[str, Any]
    tag: str


def state(tx: Tx, company_id: UUID, *, lock: bool = False) -> State:
    """Raises Problem(not_found)."""
    row = read.one(tx, company_id, lock=lock)
    if row is None:
        raise ids.missing("comp")
    return State(row, etag(row["version"], shown(row)))


def update(
    tx: Tx, who: Who, through: str, company_id: UUID, members: Mapping[str, Any],
    seen: Seen | None = None,
) -> Operation | None:  # fmt: skip
    """Give a company other values, by the members of the API; null clears. Its people follow: their
    tiers and scores are worked out when this returns, or by a job where they are many. Answers the
    operation, None where nothing was different.

    Raises Problem: not_found; validation_error that names the member; conflict with `existing_id`
    when another company has the domain or the name; precondition_failed (F-33).
    """
    columns = given.read(members)
    was = state(tx, company_id, lock=True)
    edits = [Edit(name, name, columns[name], was.row[name]) for name in members]
    refuse_overwriting(tx, seen, company_id, edits, was.tag)
    operation = write.change(tx, who, through, was.row, columns)
    tx.follow()
    return operation
