"""One row of a form's conditions, and the question of a filter that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nimbus.fields import Catalogue
from nimbus.fields.field import Field
from nimbus.filters import values
from nimbus.filters.filter import All, Any_, Filter, Leaf
from nimbus.filters.operators import operator


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as typed; `until` is the end of a range, `chosen` the ticked options."""

    field: str = ""
    op: str = ""
    value: str = ""
    until: str = ""
    chosen: tuple[str, ...] = ()


def flat(filter: Filter) -> tuple[Row, ...] | None:
    """The rows of a filter that is one question, or several joined alike; None for other trees."""
    parts = filter.parts if isinstance(filter, All | Any_) else (filter,)
    leaves = [part for part in parts if isinstance(part, Leaf)]
    if not parts or len(leaves) < len(parts) or not all(is_offered(leaf.field) for leaf in leaves):
        return None
    return tuple(_row(leaf) for leaf in leaves)


def is_offered(field: Field, without: str = "") -> bool:
    """Whether a row can ask for the field: ids of people are nothing that one types."""
    return field.filterable and field.type.kind != "reference" and field.group != without


def labels(field: Field) -> Mapping[str, str]:
    """The values there are to choose from, with their words; none where any value will do."""
    known: Mapping[str, str] = getattr(field.type, "labels", {})
    return {option: known.get(option, option) for option in field.options}


def question(row: Row, catalogue: Catalogue) -> dict[str, Any]:
    """The row as JSON; whatever does not fit is left for `parse` to refuse in its words."""
    field = catalogue.find(row.field)
    op = operator(row.op, field.type.kind) if field else None
    leaf: dict[str, Any] = {"field": row.field, "op": row.op}
    if field is None or op is None:
        return {**leaf, "value": row.value}
    match op.shape:
        case "none":
            return leaf
        case "range":
            return {**leaf, "value": [row.value, row.until]}
        case "many":
            typed = [line.strip() for line in row.value.splitlines() if line.strip()]
            return {**leaf, "value": [*row.chosen, *typed]}
        case _:
            return {**leaf, "value": row.value}


def _row(leaf: Leaf) -> Row:
    field, op = leaf.field, leaf.op
    if op.shape == "none":
        return Row(field.key, op.key)
    given = values.given(field, op, leaf.value)
    if op.shape == "range":
        low, high = given
        return Row(field.key, op.key, _text(field, low), _text(field, high))
    if op.shape != "many":
        return Row(field.key, op.key, _text(field, given))
    known = labels(field)
    return Row(
        field.key, op.key, "\n".join(_text(field, one) for one in given if str(one) not in known),
        chosen=tuple(one for one in given if str(one) in known),
    )  # fmt: skip


def _text(field: Field, value: Any) -> str:
    """As people type it; a moment at the edge of a day is that day."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if field.type.kind == "datetime":
        day, _, time = text.partition("T")
        return day if time in ("00:00:00Z", "23:59:59.999999Z") else text
    return text
