"""A workspace's own field: its rules, and how it becomes a field like any other (S0-35 … S0-43)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.fields.field import Field, FieldType, Invalid
from nimbus.fields.standard import STANDARD
from nimbus.fields.types import BOOLEAN, DATE, NUMBER, TEXT, Dropdown, MultiSelect
from nimbus.fields.types.cell import fold
from nimbus.problems import invalid

CUSTOM_FIELD_LIMIT = 50
OPTIONS_LIMIT = 200
LABEL_LIMIT = 100
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
_TAKEN = frozenset(f.key.partition(".")[0] for f in STANDARD) | {"id", "custom", "custom_fields"}

# The six types by the names that the API gives them (S0-36, S3-41).
CUSTOM_TYPES: dict[str, Callable[[tuple[str, ...]], FieldType]] = {
    "string": lambda _: TEXT,
    "number": lambda _: NUMBER,
    "boolean": lambda _: BOOLEAN,
    "date": lambda _: DATE,
    "dropdown": Dropdown,
    "multi_select": MultiSelect,
}


@dataclass(frozen=True, slots=True)
class CustomField:
    """A row of `custom_field`. Values of contacts lie under `column`: the field's id, until its
    type was changed (decision 0025)."""

    id: UUID
    name: str
    label: str
    field_type: str
    options: tuple[str, ...] = ()
    fallback: str | None = None
    position: int = 0
    created_at: datetime | None = None
    stored_as: UUID | None = None

    @property
    def column(self) -> str:
        return str(self.stored_as or self.id)


def custom_field(row: CustomField) -> Field:
    """The field of a row that was checked when it was written."""
    return Field(
        key=f"custom.{row.name}",
        label=row.label,
        type=CUSTOM_TYPES[row.field_type](tuple(row.options)),
        thing="custom",
        column=row.column,
        group="custom",
        synonyms=(row.name, row.name.replace("_", " "), row.label.lower()),
        options=tuple(row.options),
        fallback=row.fallback,
        id=row.id,
    )


def check_custom_field(row: CustomField) -> None:
    """Refuses a definition that breaks a rule, naming the member to fix."""
    if not _NAME.match(row.name):
        raise invalid(
            "A name starts with a letter and has up to 63 lower-case letters, digits and _.",
            "name",
        )
    if row.name in _TAKEN:
        raise invalid(f"“{row.name}” is the name of a standard field; choose another.", "name")
    if not row.label.strip() or len(row.label) > LABEL_LIMIT:
        raise invalid(f"A label has 1 to {LABEL_LIMIT} characters.", "label")
    if row.field_type not in CUSTOM_TYPES:
        allowed = ", ".join(CUSTOM_TYPES)
        raise invalid(f"“{row.field_type[:40]}” is no type; choose one of {allowed}.", "field_type")
    _check_options(row)
    _check_fallback(row)


def check_custom_field_limit(existing: int, limit: int = CUSTOM_FIELD_LIMIT) -> None:
    """Refuses one more field when the workspace has all that it may have (S0-43)."""
    if existing >= limit:
        raise invalid(
            f"A workspace has at most {limit:,} custom fields, and this one has {existing:,}. "
            "The operator of this installation can raise the limit (NIMBUS_CUSTOM_FIELDS_LIMIT)."
        )


def suggest_name(header: str) -> str:
    """A free-standing name for a column that becomes a new custom field (S1-25)."""
    ascii_only = re.sub(r"[^a-z0-9]+", "_", fold(header.replace("ß", "ss"))).strip("_")
    name = ascii_only if ascii_only[:1].isalpha() else f"field_{ascii_only}".rstrip("_")
    name = name[:63].rstrip("_")
    return f"{name[:56]}_custom" if name in _TAKEN else name


def _check_options(row: CustomField) -> None:
    if row.field_type not in ("dropdown", "multi_select"):
        if row.options:
            raise invalid("Only dropdown and multi_select fields have options.", "options")
        return
    if not 1 <= len(row.options) <= OPTIONS_LIMIT:
        raise invalid(f"Name 1 to {OPTIONS_LIMIT} options.", "options")
    seen: set[str] = set()
    for number, option in enumerate(row.options):
        at = f"options[{number}]"
        if option != TEXT.parse(option) or len(option) > LABEL_LIMIT:
            raise invalid(f"An option has 1 to {LABEL_LIMIT} characters on one line.", at)
        if row.field_type == "multi_select" and re.search("[;|]", option):
            raise invalid("An option must not contain ; or |, which part options.", at)
        if option.casefold() in seen:
            raise invalid(f"The option “{option}” is there twice.", at)
        seen.add(option.casefold())


def _check_fallback(row: CustomField) -> None:
    if row.fallback is None:
        return
    try:
        CUSTOM_TYPES[row.field_type](tuple(row.options)).parse(row.fallback)
    except Invalid as e:
        raise invalid(f"The fallback does not fit the field: {e}", "fallback") from None
