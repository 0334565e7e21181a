"""One row of a form's conditions, and the question of a filter that it stands for; and a filter as
an outline of rows, in which groups are rows that open one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nimbus.fields import Catalogue
from nimbus.fields.field import Field
from nimbus.filters import values
from nimbus.filters.filter import All, Any_, Filter, Leaf, Not
from nimbus.filters.operators import operator

# How the rows of a group belong together, and what JSON has for that: its word, and whether the
# whole of it is turned round.
MATCHES = {"all": ("and", False), "any": ("or", False), "none": ("or", True),
           "not_all": ("and", True)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as typed; `until` is the end of a range, `chosen` the ticked options.

    With `opens`, a key of MATCHES, it is no question but the head of a group: those that follow it
    at a greater `depth` are in it. The outermost rows have the depth 0.
    """

    field: str = ""
    op: str = ""
    value: str = ""
    until: str = ""
    chosen: tuple[str, ...] = ()
    depth: int = 0
    opens: str = ""


def outline(filter: Filter) -> tuple[str, tuple[Row, ...]] | None:
    """How the outermost rows of a filter belong together, and all its rows; None where a group of
    it is empty, which no row can say."""
    match, parts = _group(filter) or ("all", (filter,))
    rows = tuple(_rows(parts, 0))
    has_empty = not parts or any(row.opens and not within(rows, i) for i, row in enumerate(rows))
    return None if has_empty else (match, rows)


def within(rows: Sequence[Row], at: int) -> Sequence[Row]:
    """The rows of the group that the row opens, and those of the groups in it."""
    end = at + 1
    while end < len(rows) and rows[end].depth > rows[at].depth:
        end += 1
    return rows[at + 1 : end]


def _rows(parts: Sequence[Filter], depth: int) -> Iterator[Row]:
    for part in parts:
        if isinstance(part, Leaf):
            yield _row(part, depth)
        elif group := _group(part):
            yield Row(opens=group[0], depth=depth)
            yield from _rows(group[1], depth + 1)


def _group(filter: Filter) -> tuple[str, tuple[Filter, ...]] | None:
    """A key of MATCHES and the parts; None for a question."""
    match filter:
        case All(parts):
            return "all", parts
        case Any_(parts):
            return "any", parts
        case Not(Any_(parts)):
            return "none", parts
        case Not(All(parts)):
            return "not_all", parts
        case Not(part):
            return "none", (part,)
        case _:
            return None


def is_offered(field: Field, without: str = "") -> bool:
    """Whether a menu lists the field. What is `without` a group is a rule, which cannot ask for
    what lies beside the contact, and needs no ids."""
    typed = not without or (field.type.kind != "reference" and field.related is None)
    return field.filterable and typed and field.group != without


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


def _row(leaf: Leaf, depth: int) -> Row:
    field, op = leaf.field, leaf.op
    if op.shape == "none":
        return Row(field.key, op.key, depth=depth)
    given = values.given(field, op, leaf.value)
    if op.shape == "range":
        low, high = given
        return Row(field.key, op.key, _text(field, low), _text(field, high), depth=depth)
    if op.shape != "many":
        return Row(field.key, op.key, _text(field, given), depth=depth)
    known = labels(field)
    return Row(
        field.key, op.key, "\n".join(_text(field, one) for one in given if str(one) not in known),
        chosen=tuple(one for one in given if str(one) in known), depth=depth,
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
