"""The columns of an export by the catalogue: their names, and their values as cells (G-23).

What a file is read by again stands in it: a header is the field's label as long as an import maps
it to that field without being asked, else its key; a cell is what its type reads back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db import ids
from nimbus.exports.export import Format
from nimbus.fields import Catalogue, Field
from nimbus.fields.formula import GUARD, SIGNS, guarded
from nimbus.filters import Params
from nimbus.filters.related import value
from nimbus.filters.source import Source
from nimbus.problems import invalid


@dataclass(frozen=True, slots=True)
class Column:
    """`label` is its name in a CSV file, `key` in JSON lines; `cells` makes stored values text."""

    field: Field
    label: str
    cells: Callable[[Sequence[Any]], list[str]]

    @property
    def key(self) -> str:
        return self.field.key

    def of(self, values: Sequence[Any]) -> Sequence[Any]:
        """The values of this column, where those of custom fields come as the contact has them."""
        if beside := self.field.beside:
            return [beside.missing if one is None else one for one in values]
        if self.field.thing != "custom":
            return values
        return [held.get(self.field.column) for held in values]


def chosen(keys: Sequence[str], catalogue: Catalogue) -> list[Field]:
    """The fields of these keys in their order; without any, all that an import takes. Raises
    Problem that names the column which there is not, which lies beside the contact, or which is
    named twice."""
    if not keys:
        return [field for field in catalogue.importable() if field.column]
    found: dict[str, Field] = {}
    for at, key in enumerate(keys):
        field = catalogue.get(key, f"columns[{at}]")
        if not (field.column or field.beside):
            raise invalid(f"“{key}” can be asked for, but not exported.", f"columns[{at}]")
        if field.key in found:
            raise invalid(f"“{key}” is named twice.", f"columns[{at}]")
        found[field.key] = field
    return list(found.values())


def columns(fields: Iterable[Field], catalogue: Catalogue) -> list[Column]:
    return [Column(field, _label(field, catalogue), _writer(field)) for field in fields]


def header(found: Iterable[Column], format: Format) -> list[str]:
    """What the columns are called in a file."""
    return [column.key if format == "jsonl" else guarded(column.label) for column in found]


def selected(found: Iterable[Column], params: Params) -> sql.Composed:
    """What a statement selects of `contact` m and its company k."""
    return sql.SQL(", ").join(_place(column.field, params) for column in found)


def plain(value: Any) -> Any:
    """A stored value as JSON lines have it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def reference(field: Field) -> Callable[[Any], Any]:
    """As `plain`; an id leaves as it is shown."""
    if field.type.kind != "reference":
        return plain
    prefix: ids.Prefix = getattr(field.type, "prefix")  # noqa: B009 - of references alone
    return lambda value: ids.show(prefix, value) if isinstance(value, UUID) else value


def _place(field: Field, params: Params) -> sql.Composable:
    if field.beside:
        return value(field, field.beside, Source("m"), params)
    if field.thing == "custom":
        return sql.Identifier("m", "custom")
    return sql.Identifier("k" if field.thing == "company" else "m", field.column)


def _label(field: Field, catalogue: Catalogue) -> str:
    meant = catalogue.by_header(field.label)
    return field.label if meant is field or (meant is None and not field.importable) else field.key


def _writer(field: Field) -> Callable[[Sequence[Any]], list[str]]:
    """Text is guarded against spreadsheets; numbers, dates, and yes and no do nothing there."""
    kind, show = field.type.kind, field.type.show
    if kind in ("text", "choice"):
        return _texts
    if kind == "choices":
        return lambda values: _texts([show(value) for value in values])
    if kind == "date" and field.thing == "custom":
        return lambda values: [value or "" for value in values]  # As JSON has it already.
    return lambda values: [show(value) for value in values]


# What none of these begins needs no second look: of a million contacts, nearly every cell.
_LOOKED_AT = SIGNS | {GUARD}


def _texts(values: Sequence[str | None]) -> list[str]:
    return [
        "" if value is None else guarded(value) if value[:1] in _LOOKED_AT else value
        for value in values
    ]
