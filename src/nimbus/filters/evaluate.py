"""The Python meaning of a filter on one row, and why it holds or not (G-24, G-30)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from nimbus.fields.field import Field
from nimbus.fields.related import Related, Worked
from nimbus.filters.describe import describe
from nimbus.filters.filter import All, Any_, Filter, Leaf, Not, children
from nimbus.filters.predicates import SEVERAL, Blank, exact
from nimbus.filters.source import column_name

Row = Mapping[str, Any]

# What JSON cannot hold comes back as text.
FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "date": lambda held: date.fromisoformat(held),
    "datetime": lambda held: datetime.fromisoformat(held),
}


def evaluate(filter: Filter, row: Row, now: datetime) -> bool:
    """Whether the filter holds for a row that has the columns of a `Source`."""
    match filter:
        case Leaf(field, op):
            return _asked(filter, value_of(field, row, now), now) != op.negated
        case Not(part):
            return not evaluate(part, row, now)
        case All(parts):
            return all(evaluate(part, row, now) for part in parts)
        case Any_(parts):
            return any(evaluate(part, row, now) for part in parts)


def explain(
    filter: Filter, row: Row, now: datetime, *, path: str = "filter"
) -> list[tuple[str, str, bool]]:
    """Each part with its JSON path, its sentence and whether it holds, the whole first."""
    told = [(path, describe(filter), evaluate(filter, row, now))]
    for where, part in children(filter, path):
        told += explain(part, row, now, path=where)
    return told


def value_of(field: Field, row: Row, now: datetime) -> Any:
    """The field's typed value in a row, which has those of offered fields under their keys."""
    kind = field.type.kind
    if isinstance(field.related, Related):
        return exact(row.get(field.key, field.related.missing))
    if isinstance(field.related, Worked):
        return exact(field.related.of(row, now))
    if field.related:
        return row.get(field.key, ())
    if field.thing != "custom":
        value = row.get(column_name(field))
    elif (value := row["custom"].get(field.column)) and kind in FROM_JSON:
        value = FROM_JSON[kind](value)
    return exact(value)


def _asked(leaf: Leaf, value: Any, now: datetime) -> bool:
    predicate = leaf.predicate(now)
    if value is None or value == "" or (leaf.field.type.kind in SEVERAL and not value):
        return isinstance(predicate, Blank)
    return predicate.holds(leaf.field, value)
