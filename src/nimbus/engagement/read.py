"""Reading what happened to a contact: its timeline, and what it says (S0-16, S3-43)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.access import Who
from nimbus.accounts.client import refuse_anothers
from nimbus.contacts.read import one
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.event import ANY, TYPES
from nimbus.web.counting import Count
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Page, Sort, Stretch, read_page

_SQL = beside(__file__, "read.sql")

NEWEST = Sort("newest", "Newest first", "at", descending=True, id_descending=True)

# Where somebody never opened anything of this many emails, the address may be nobody's (S0-56).
GHOST_AFTER = 8
# So many open tasks of a contact are shown on its page.
MOST_TASKS = 50
# Opened this often and answered within a day: call now (S0-57).
HOT_OPENS, HOT_REPLIES = 3, 1


def contact(tx: Tx, shown_id: str) -> dict[str, Any]:
    """The contact of a shown id, or the one it was merged into. Raises Problem(not_found)."""
    row = one(tx, ids.read("cont", shown_id))
    if row is None:
        raise ids.missing("cont")
    return row


def contact_of(tx: Tx, who: Who, contact_id: UUID) -> UUID:
    """The contact, for `who` to note something about. Raises Problem(forbidden) for a key that is
    limited to another client than holds it."""
    row = one(tx, contact_id) if who.client_id else None
    if row:
        refuse_anothers(who, row["client_id"], row["assigned_until"], tx.now)
    return contact_id


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events of a contact, of some types or, without any, of all."""

    contact_id: UUID
    types: tuple[str, ...] = ()

    def seal(self, key: bytes, workspace_id: UUID) -> Seal:
        """What makes this list's cursors its own (D-23)."""
        return Seal(key, f"{workspace_id}:events:{self.contact_id}:{','.join(sorted(self.types))}")

    def page(self, tx: Tx, size: int, cursor: Cursor | None = None) -> Page:
        values = {**_of(tx, self.contact_id), "types": list(self.types) or None}

        def fetch(stretch: Stretch, more: dict[str, Any], limit: int) -> list[dict[str, Any]]:
            statement = sql.SQL(_SQL["page"]).format(where=stretch.condition, order=stretch.order)
            return tx.rows(statement, {**values, **more, "limit": limit})

        return read_page(fetch, NEWEST, size, cursor)

    def count(self, tx: Tx) -> Count:
        told = totals(tx, self.contact_id)
        return Count(sum(told.get(type, 0) for type in self.types or TYPES), exact=True)


def totals(tx: Tx, contact_id: UUID) -> dict[str, int]:
    """How often each type happened, in the order of the types; without those that never did."""
    rows = tx.rows(_SQL["totals"], _of(tx, contact_id))
    found = {row["type"]: row["count"] for row in rows if row["type"] != ANY}
    return {type: found[type] for type in TYPES if type in found}


def notes(tx: Tx, events: Iterable[Mapping[str, Any]]) -> dict[UUID, dict[str, Any]]:
    """The notes that events name: `body`, `mentions`, `author_id`, and whether one `is_edited`; one
    that was deleted is not among them."""
    named = [event["subject_id"] for event in events if event["subject"] == "note"]
    if not named:
        return {}
    rows = tx.rows(_SQL["notes"], {"workspace": tx.workspace_id, "ids": named})
    return {row["id"]: row for row in rows}


def open_tasks(tx: Tx, contact_id: UUID) -> list[dict[str, Any]]:
    """What is still to be done, the most urgent first."""
    return tx.rows(_SQL["open_tasks"], {**_of(tx, contact_id), "most": MOST_TASKS})


def insights(tx: Tx, contact_id: UUID, told: dict[str, int]) -> list[tuple[str, str, str]]:
    """What stands out: a tone, a sentence, and what to do now (S0-56, S0-57)."""
    found = []
    values = {**_of(tx, contact_id), "since": tx.now - timedelta(days=1), "now": tx.now}
    lately = tx.row(_SQL["lately"], values) if told.get("replied") else None
    if lately and lately["opened"] >= HOT_OPENS and lately["replied"] >= HOT_REPLIES:
        replies = "a reply" if lately["replied"] == 1 else f"{lately['replied']} replies"
        words = f"{lately['opened']} opens and {replies} within 24 hours"
        found.append(("good", words, "This contact is hot: answer today, while they are reading."))
    if told.get("sent", 0) >= GHOST_AFTER and not told.get("opened") and not told.get("replied"):
        words = f"No opens in {told['sent']} emails"
        advice = "The address may not reach anybody: verify it before you write again."
        found.append(("warning", words, advice))
    return found


def _of(tx: Tx, contact_id: UUID) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, "contact": contact_id}
