"""Where a compiled filter finds its rows and leaves its values: a named source, and the binds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import sql

from nimbus.fields.field import Field

# How the text inside `custom` becomes a value of its kind. A date stays ISO text, which sorts as
# dates do in byte order: the cast to date is only STABLE, which Citus refuses in UPDATE (rule 19).
CASTS = {
    "number": sql.SQL("::numeric"),
    "boolean": sql.SQL("::boolean"),
    "datetime": sql.SQL("::timestamptz"),
    "date": sql.SQL(' collate "C"'),
}


def column_name(field: Field) -> str:
    """The column of a standard field in a row source; those of the company carry a prefix."""
    return f"company_{field.column}" if field.thing == "company" else field.column


@dataclass(frozen=True, slots=True)
class Source:
    """A relation with one row per contact, known in the statement as `alias`.

    Contact columns have their own names, company columns the prefix `company_`, and custom values
    lie in `custom jsonb` under their field's id. `table` says that the relation is the table of
    contacts itself: its company is then asked for by its key, and indexes serve what they can.
    `expression` stands for the one field that is asked, where that is no column.
    """

    alias: str
    table: bool = False
    expression: sql.Composable | None = None

    @property
    def custom(self) -> sql.Composable:
        return sql.Identifier(self.alias, "custom")

    def text(self, field: Field) -> sql.Composable:
        """The stored value, of a custom field as text."""
        if self.expression:
            return self.expression
        if field.thing == "custom":
            return sql.SQL("({}->>{})").format(self.custom, sql.Literal(field.column))
        return sql.Identifier(self.alias, column_name(field))

    def value(self, field: Field) -> sql.Composable:
        """The stored value, typed so that it can be compared."""
        cast = CASTS.get(field.type.kind) if field.thing == "custom" else None
        return self.text(field) + cast if cast else self.text(field)


@dataclass(slots=True)
class Params:
    """The values bound by one statement, and the time at which its filters are asked.

    `prefix` keeps the names apart from those the statement uses for itself.
    """

    now: datetime
    prefix: str = "f"
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> sql.Placeholder:
        name = f"{self.prefix}{len(self.values)}"
        self.values[name] = value
        return sql.Placeholder(name)
