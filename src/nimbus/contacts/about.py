"""What the page of one contact tells beside the contact itself (S0-15 … S0-23, S0-59, D-15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nimbus.accounts.client import clients
from nimbus.accounts.read import people
from nimbus.contacts.activity import Source, sources
from nimbus.contacts.form import is_edited, key_of, raw
from nimbus.contacts.read import these
from nimbus.contacts.words import value_words
from nimbus.contacts.writing import email
from nimbus.contacts.writing.derived import SOURCES, WORDS, follows
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import Catalogue, Field, Group
from nimbus.operations.read import Entry, history

Row = Mapping[str, Any]

# The page that puts two contacts side by side to merge them, with places for their ids.
MERGE = "/duplicates/compare?a={}&b={}"

GROUPS: dict[Group, str] = {
    "identity": "Identity", "work": "Work", "reach": "Reach", "place": "Place",
    "company": "Company", "consent": "Consent", "status": "Status", "custom": "Custom fields",
}  # fmt: skip
# Shown on the left, or another form of what is shown.
ELSEWHERE = frozenset({"tags", "is_deleted", "email_domain", "phone_e164", "mobile_e164"})


@dataclass(frozen=True, slots=True)
class Value:
    """A field with its value; `words` is None when it has none. `edit` is the key of the form that
    changes it, None where nobody may."""

    field: Field
    raw: Any
    words: str | None
    source: Source | None
    edit: str | None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    group: Group
    filled: list[Value]
    empty: list[Value]


@dataclass(frozen=True, slots=True)
class Totals:
    """Platform-wide, over every workspace (S0-09, D-16)."""

    total_sent: int
    total_responses: int
    bounce_status: str | None

    @property
    def response_rate(self) -> float | None:
        return self.total_responses / self.total_sent if self.total_sent else None


@dataclass(frozen=True, slots=True)
class InTheWay:
    """The other contact that has the email of one in the trash, and the page that merges them."""

    name: str
    href: str
    merge_href: str | None


def in_the_way(tx: Tx, row: Row) -> InTheWay | None:
    """Who keeps a contact from being restored (G-08)."""
    other = email.twin(tx, row["id"], row["email"]) if row["is_deleted"] else None
    if other is None:
        return None
    found, shown = these(tx, [other])[other], ids.show("cont", other)
    merge = MERGE.format(shown, ids.show("cont", row["id"]))
    return InTheWay(found["full_name"] or found["email"], f"/contacts/{shown}", merge)


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
        empty = [value for value in values if value.words is None and value.edit]
        if values:
            told.append(Section(title, group, filled, empty))
    return told


def company_section(tx: Tx, row: Row, catalogue: Catalogue) -> Section:
    """What is known of a company, of a row that has its columns under `company_…`."""
    fields = [one for one in catalogue.group("company") if one.thing == "company" and one.column]
    found = sources(history(tx, row["company_id"]), [field.column for field in fields])
    values = [_value(field, row, found, {}) for field in fields]
    filled = [value for value in values if value.words is not None]
    return Section("Company", "company", filled, [value for value in values if value.words is None])


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
    value = raw(field, row)
    words = value_words(field, value, known)
    # What nobody brings and nobody edits is kept by us, as when a contact was changed at last.
    is_kept = not (field.editable or field.importable or field.column in SOURCES)
    source = found.get(field.column) if words is not None and not is_kept else None
    if source and field.thing == "contact":
        source = _traced(source, field.column, row)
    may = is_edited(field) and (field.thing != "company" or row["company_id"] is not None)
    return Value(field, value, words, source, key_of(field) if may else None)


def _traced(source: Source, column: str, row: Row) -> Source:
    """Of what was worked out from values that came with it, so much is said."""
    came_with = source.columns is None or not source.columns.isdisjoint(SOURCES.get(column, ()))
    return replace(source, words=WORDS[column]) if came_with and follows(column, row) else source
