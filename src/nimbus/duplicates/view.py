"""What the review page tells of a pair: both contacts side by side, field by field (S2-21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.contacts.about import names
from nimbus.contacts.read import these
from nimbus.contacts.words import value_words
from nimbus.contacts.writing.winning import CHOSEN
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import Catalogue, Field, Group
from nimbus.fields.read import catalogue

Row = Mapping[str, Any]

_GROUPS: tuple[Group, ...] = (
    "identity",
    "work",
    "reach",
    "place",
    "company",
    "status",
    "consent",
    "custom",
)
# The company goes as a whole, by its name.
_COMPANY = frozenset({"company.name"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two contacts."""

    id: str
    name: str
    row: Row


@dataclass(frozen=True, slots=True)
class Line:
    """A field that at least one of them has. `choice` is the form's name for which of the values a
    merge keeps, None where nobody chooses; `kept` is the contact whose value is kept by default."""

    label: str
    values: tuple[str | None, str | None]
    differs: bool
    choice: str | None
    kept: str


@dataclass(frozen=True, slots=True)
class Sides:
    """The older contact first: it is the one that a merge lets stay."""

    one: Side
    other: Side
    lines: list[Line]


def sides(tx: Tx, one_id: UUID, other_id: UUID) -> Sides:
    """Both contacts with every field that either has. Raises Problem(not_found)."""
    found = these(tx, (one_id, other_id))
    if len(found) < 2:
        raise ids.missing("cont")
    rows = sorted(found.values(), key=lambda row: (row["created_at"], row["id"]))
    one, other = map(_side, rows)
    fields, known = catalogue(tx), names(tx)
    lines = [_line(field, one, other, known) for field in _compared(fields)]
    return Sides(one, other, [line for line in lines if line is not None])


def _side(row: Row) -> Side:
    id: UUID = row["id"]
    return Side(ids.show("cont", id), row["full_name"] or row["email"], row)


def _compared(fields: Catalogue) -> list[Field]:
    return [
        field
        for group in _GROUPS
        for field in fields.group(group)
        if field.column and (field.editable or field.key == "email")
        and (field.thing != "company" or field.key in _COMPANY)
    ]  # fmt: skip


def _line(field: Field, one: Side, other: Side, known: Mapping[str, str]) -> Line | None:
    raw = _value(field, one.row), _value(field, other.row)
    values = value_words(field, raw[0], known), value_words(field, raw[1], known)
    if values == (None, None):
        return None
    differs = raw[0] != raw[1]
    choice = None
    if differs:
        choice = _choice(field)
    return Line(field.label, values, differs, choice, other.id if values[0] is None else one.id)


def _choice(field: Field) -> str | None:
    """As the form names it, which is as the API does; of tags and consent nobody chooses."""
    if field.thing == "company":
        return "choice.company"
    if field.thing == "custom":
        return f"choice.custom_fields.{field.path[1]}"
    return f"choice.{field.key}" if field.column in CHOSEN else None


def _value(field: Field, row: Row) -> Any:
    if field.thing == "custom":
        return row["custom"].get(field.column)
    return row.get(f"company_{field.column}" if field.thing == "company" else field.column)
