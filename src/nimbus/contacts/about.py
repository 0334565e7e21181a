"""What the page of one contact tells beside the contact itself (S0-15 … S0-23, S0-59, D-15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nimbus.accounts.client import clients, workspace
from nimbus.accounts.read import people
from nimbus.contacts.activity import Source, sources
from nimbus.contacts.words import value_words
from nimbus.db.door import Tx
from nimbus.fields import Catalogue, Field, Group
from nimbus.operations.read import Entry, history

Row = Mapping[str, Any]

GROUPS: dict[Group, str] = {
    "identity": "Identity", "work": "Work", "reach": "Reach", "place": "Place",
    "company": "Company", "consent": "Consent", "status": "Status", "custom": "Custom fields",
}  # fmt: skip
# Shown on the left, or another form of what is shown.
ELSEWHERE = frozenset({"tags", "is_deleted", "email_domain", "phone_e164", "mobile_e164"})


@dataclass(frozen=True, slots=True)
class Value:
    """A field with its value; `words` is None when it has none."""

    field: Field
    raw: Any
    words: str | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    filled: list[Value]
    empty: list[str]


@dataclass(frozen=True, slots=True)
class Term:
    """One assignment of the contact's email to a client of this workspace."""

    client: str
    priority: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """Platform-wide, over every workspace (S0-09, D-16)."""

    total_sent: int
    total_responses: int
    bounce_status: str | None

    @property
    def response_rate(self) -> float | None:
        return self.total_responses / self.total_sent if self.total_sent else None


def sections(tx: Tx, row: Row, catalogue: Catalogue, entries: list[Entry]) -> list[Section]:
    """Every field by group: those with a value in full, of the rest those one could fill in."""
    columns = [field.column for field in catalogue]
    own = sources(entries, columns)
    company = sources(history(tx, row["company_id"]), columns) if row["company_id"] else {}
    known = names(tx)
    told = []
    for group, title in GROUPS.items():
        values = [
            _value(field, row, company if field.thing == "company" else own, known)
            for field in catalogue.group(group)
            if field.column and field.key not in ELSEWHERE
        ]
        filled = [value for value in values if value.words is not None]
        empty = [v.field.label for v in values if v.words is None and v.field.editable]
        if values:
            told.append(Section(title, filled, empty))
    return told


def terms(tx: Tx, row: Row) -> list[Term]:
    """Assignments in this workspace, newest first; none outside of agency mode, where all are the
    workspace's own."""
    if not workspace(tx).agency:
        return []
    called = {client.id: client.name for client in clients(tx)}
    rows = tx.rows("select * from registry_history(%s)", [row["email_key"]])
    return [
        Term(called.get(term["client_id"], "a former client"), term["priority"],
             term["valid_from"], term["valid_until"])
        for term in rows
    ]  # fmt: skip


def totals(tx: Tx, row: Row) -> Totals | None:
    return tx.one(
        Totals,
        "select total_sent, total_responses, bounce_status from registry_totals(array[%s::uuid])",
        [row["email_key"]],
    )


def names(tx: Tx) -> dict[str, str]:
    """The people and clients that fields point to, by their ids as text."""
    told = {str(person.user_id): person.name for person in people(tx)}
    return told | {str(client.id): client.name for client in clients(tx)}


def _value(field: Field, row: Row, found: Mapping[str, Source], known: Mapping[str, str]) -> Value:
    held = row["custom"] if field.thing == "custom" else row
    raw = held.get(f"company_{field.column}" if field.thing == "company" else field.column)
    words = value_words(field, raw, known)
    return Value(field, raw, words, found.get(field.column) if words is not None else None)
