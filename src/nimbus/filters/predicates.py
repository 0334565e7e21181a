"""What an operator asks of one value, told to PostgreSQL and to Python side by side.

A piece of SQL may be NULL where the answer is no: as a whole filter, and under AND and OR, that is
the same as false, and it leaves indexes usable. Negation is therefore always `is not true`, never
NOT, so that a blank value never falls out of both a filter and its opposite.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString, Protocol

from psycopg import sql

from nimbus.fields.field import Field
from nimbus.filters.source import Params, Source
from nimbus.filters.text import fold, folds, literal

# GIN searches one document at a time, so short lists are spelled out; long ones are bound as one.
SPELLED_OUT = 20

# Kinds of which a contact has several values at once.
SEVERAL = ("choices", "membership")

# Where a custom value stands among all of its kind; the marks of a contact tell it (decision 0021).
PLACES = {
    "number": sql.SQL("number_place({}::numeric)"),
    "date": sql.SQL("day_place({}::text)"),
}

# What an index of contacts has from its end, as the domains beneath one are found.
BACKWARDS = frozenset({"email_domain"})

SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class Predicate(Protocol):
    def piece(self, field: Field, source: Source, params: Params) -> sql.Composable: ...

    def holds(self, field: Field, value: Any) -> bool:
        """The Python meaning, for a value that is not blank."""
        ...


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is, or for several choices has, one of these."""

    values: tuple[Any, ...]

    def piece(self, field: Field, source: Source, params: Params) -> sql.Composable:
        column = source.value(field)
        if field.thing == "custom" and not folds(field):
            return self._documents(field, source, params)
        if field.type.kind == "choices":
            return _listed("&&", field, source, self.values, params)
        if folds(field) and len(self.values) == 1:
            return sql.SQL("{} ilike {}").format(column, params.add(literal(self.values[0])))
        if folds(field):
            folded = params.add([fold(v) for v in self.values])
            return sql.SQL("lower({}) = any({}::text[])").format(column, folded)
        if _is_backwards(field, source):
            ends = params.add([value[::-1] for value in self.values])
            return sql.SQL("reverse({}) = any({}::text[])").format(column, ends)
        if len(self.values) == 1:
            return sql.SQL("{} = {}").format(column, params.add(exact(self.values[0])))
        return sql.SQL("{} = any({})").format(column, self._array(field, params))

    def _documents(self, field: Field, source: Source, params: Params) -> sql.Composable:
        wanted = [document(field, value) for value in self.values]
        if len(wanted) > SPELLED_OUT:
            return sql.SQL("{} @> any({}::jsonb[])").format(source.custom, params.add(wanted))
        has = [sql.SQL("{} @> {}::jsonb").format(source.custom, params.add(d)) for d in wanted]
        return sql.SQL("({})").format(sql.SQL(" or ").join(has))

    def _array(self, field: Field, params: Params) -> sql.Composable:
        if field.type.kind != "number":
            return params.add(list(self.values)) + sql.SQL(f"::{field.type.sql}[]")
        # One array has one type, and a cast to the column's own could overflow.
        numbers = [exact(value) for value in self.values]
        whole = all(isinstance(number, int) for number in numbers)
        return params.add(numbers if whole else [Decimal(number) for number in numbers])

    def holds(self, field: Field, value: Any) -> bool:
        if field.type.kind in SEVERAL:
            return any(_has(field, value, wanted) for wanted in self.values)
        if folds(field):
            return fold(value) in {fold(wanted) for wanted in self.values}
        return value in [exact(wanted) for wanted in self.values]


@dataclass(frozen=True, slots=True)
class HasAll:
    """Of several choices the value has every one of these."""

    values: tuple[str, ...]

    def piece(self, field: Field, source: Source, params: Params) -> sql.Composable:
        if field.thing == "custom":
            wanted = params.add(document(field, *self.values))
            return sql.SQL("{} @> {}::jsonb").format(source.custom, wanted)
        return _listed("@>", field, source, self.values, params)

    def holds(self, field: Field, value: Any) -> bool:
        return all(_has(field, value, wanted) for wanted in self.values)


@dataclass(frozen=True, slots=True)
class Compared:
    """The value keeps every bound, a sign of `SIGNS` and what stands to its right."""

    bounds: tuple[tuple[str, Any], ...]

    def piece(self, field: Field, source: Source, params: Params) -> sql.Composable:
        iso = field.thing == "custom" and field.type.kind == "date"
        given = [
            (sign, params.add(bound.isoformat() if iso else exact(bound)))
            for sign, bound in self.bounds
        ]
        kept: list[sql.Composable] = [
            sql.SQL("{} {} {}").format(source.value(field), sql.SQL(sign), bound)
            for sign, bound in given
        ]
        whole = sql.SQL(" and ").join(kept)
        if field.thing == "custom" and source.table:
            # Of what is in `coalesce` the planner takes nothing twice: the marks say how many.
            return sql.SQL("{} and coalesce({}, false)").format(
                _marked(field, source, given), whole
            )
        return whole

    def holds(self, field: Field, value: Any) -> bool:
        return all(SIGNS[sign](value, exact(bound)) for sign, bound in self.bounds)


@dataclass(frozen=True, slots=True)
class Like:
    """The text is found with anything before it, after it, or both; case does not matter."""

    text: str
    before: bool = False
    after: bool = False

    def piece(self, field: Field, source: Source, params: Params) -> sql.Composable:
        if self.before and not self.after and _is_backwards(field, source):
            end = params.add(literal(fold(self.text)[::-1]) + "%")
            return sql.SQL("reverse({}) like {}").format(source.text(field), end)
        pattern = "%" * self.before + literal(self.text) + "%" * self.after
        return sql.SQL("{} ilike {}").format(source.text(field), params.add(pattern))

    def holds(self, field: Field, value: Any) -> bool:
        text, wanted = fold(value), fold(self.text)
        if self.before and self.after:
            return wanted in text
        return text.endswith(wanted) if self.before else text.startswith(wanted)


@dataclass(frozen=True, slots=True)
class Blank:
    """There is no value: NULL, an empty text or an empty list."""

    def piece(self, field: Field, source: Source, params: Params) -> sql.Composable:
        empty = {"text": "''", "choice": "''", "choices": "'{}'"}
        if field.thing == "custom":
            empty = {**empty, "choices": "'[]'"}
        if field.type.kind not in empty:
            return sql.SQL("{} is null").format(source.text(field))
        return sql.SQL("({0} is null or {0} = {1})").format(
            source.text(field), sql.SQL(empty[field.type.kind])
        )

    def holds(self, field: Field, value: Any) -> bool:
        return False


def _is_backwards(field: Field, source: Source) -> bool:
    return source.table and field.thing == "contact" and field.column in BACKWARDS


def _listed(
    sign: LiteralString, field: Field, source: Source, wanted: Sequence[str], params: Params
) -> sql.Composable:
    """The list against the wanted entries; where case does not matter, by its folded ones."""
    if not folds(field):
        return sql.SQL(f"{{}} {sign} {{}}::text[]").format(
            source.value(field), params.add(list(wanted))
        )
    return sql.SQL(f"folded({{}}) {sign} {{}}::text[]").format(
        source.value(field), params.add([fold(one) for one in wanted])
    )


def _has(field: Field, value: Sequence[Any], wanted: Any) -> bool:
    return fold(wanted) in map(fold, value) if folds(field) else wanted in value


def _marked(
    field: Field, source: Source, bounds: Sequence[tuple[str, sql.Composable]]
) -> sql.Composable:
    """What follows from the bounds and is served by an index, which JSON has for no range."""
    place, none = PLACES[field.type.kind], sql.SQL("null")
    ends = {sign[0]: place.format(bound) for sign, bound in bounds}
    return sql.SQL("{} && range_marks({}, {}, {})").format(
        sql.Identifier(source.alias, "marks"), sql.Literal(field.column),
        ends.get(">", none), ends.get("<", none),
    )  # fmt: skip


def document(field: Field, *values: Any) -> str:
    """The smallest `custom` that holds the values, for containment, which a GIN index serves."""
    items = ", ".join(_json(value) for value in values)
    held = f"[{items}]" if field.type.kind == "choices" else items
    return f'{{"{field.column}": {held}}}'


def _json(value: Any) -> str:
    return json.dumps(value.isoformat() if isinstance(value, date) else value)


def exact(value: Any) -> Any:
    """A float as the decimal it is written as: so PostgreSQL keeps and compares it in jsonb."""
    return Decimal(repr(value)) if isinstance(value, float) else value
