"""What the page of a contact tells of its doubles: who may be the same person, and who was merged
into it, with the way back (S2-23, S0-78)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nimbus.contacts.panels import Panel
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates.merge import DAYS, KIND
from nimbus.operations.pages import undo_href

_SQL = beside(__file__, "doubles.sql")


@dataclass(frozen=True, slots=True)
class Double:
    """An open pair, or its other contact, by its shown id."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge into the contact: of whom, and until when it can be undone by a post to `undo`; None
    when that time is over."""

    emails: str | None
    at: datetime
    until: datetime
    undo: str | None


@dataclass(frozen=True, slots=True)
class Doubles:
    merges: list[Merge]
    pairs: list[Double]
    partner: str | None


def doubles_panel(tx: Tx, row: Mapping[str, Any]) -> Panel | None:
    """Nothing for a contact in the trash."""
    if row["is_deleted"]:
        return None
    partner = f"/duplicates/with/{ids.show('cont', row['id'])}"
    shows = Doubles(merges_into(tx, row["id"]), pairs_of(tx, row["id"]), partner)
    return Panel("duplicates/panel.html", shows)


def pairs_of(tx: Tx, contact_id: UUID, *, by_contact: bool = False) -> list[Double]:
    """The open pairs of a contact, those most alike first: by the id of the pair, or of the other
    contact."""
    rows = tx.rows(_SQL["pairs"], {"workspace": tx.workspace_id, "id": contact_id})
    return [
        Double(
            ids.show("cont", row["other"]) if by_contact else ids.show("dup", row["id"]),
            row["full_name"] or row["email"], row["email"],
        )
        for row in rows
    ]  # fmt: skip


def merges_into(tx: Tx, contact_id: UUID) -> list[Merge]:
    """The merges that a contact lives on from, newest first, that are not undone."""
    rows = tx.rows(_SQL["merges"], {"workspace": tx.workspace_id, "id": contact_id, "kind": KIND})
    return [_merge(tx, row) for row in rows]


def _merge(tx: Tx, row: Mapping[str, Any]) -> Merge:
    until = row["at"] + timedelta(days=DAYS)
    return Merge(row["why"], row["at"], until, undo_href(row["id"]) if tx.now < until else None)
