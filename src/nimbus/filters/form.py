"""Conditions as a form has them: rows of which all, or any, must hold; else the tree as JSON.

A form sends each row as one `c_field`, `c_op`, `c_value` and `c_until`, in order; boxes that are
ticked come as `c_choice` with the number of their row, `2:director`, since those that are not
ticked do not come at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Form

from nimbus.fields import Catalogue
from nimbus.fields.field import Field
from nimbus.filters import values
from nimbus.filters.filter import All, Any_, Filter, Leaf
from nimbus.filters.operators import operator
from nimbus.filters.parse import parse, show
from nimbus.problems import Problem, invalid

MATCHES = {"all": "and", "any": "or"}
PATH = "conditions"
MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as typed; `until` is the end of a range, `chosen` the ticked options."""

    field: str = ""
    op: str = ""
    value: str = ""
    until: str = ""
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a form holds. With `tree`, the filter is that JSON and the rows are not asked.

    `without` names a group of fields that the form does not offer.
    """

    match: str = "all"
    rows: tuple[Row, ...] = (Row(),)
    tree: str | None = None
    without: str = ""

    def read(self, catalogue: Catalogue) -> Filter:
        """The filter. Raises Problem whose field is `conditions[1].value`, or a path in the tree
        that begins with `tree`."""
        if self.tree is not None:
            return parse(_json(self.tree), catalogue, path="tree")
        asked = [(i, _leaf(row, catalogue)) for i, row in enumerate(self.rows) if row.field]
        if not asked:
            raise invalid("Choose a field to make the first condition.", f"{PATH}[0].field")
        leaves = [parse(leaf, catalogue, path=f"{PATH}[{i}]") for i, leaf in asked]
        # Read again as one, so that the budget of a tree holds for all of them together.
        whole = {MATCHES.get(self.match, "and"): [show(leaf) for leaf in leaves]}
        return leaves[0] if len(leaves) == 1 else parse(whole, catalogue, path=PATH)

    def after(self, step: str, catalogue: Catalogue) -> Conditions:
        """The form after one of its own buttons: `add`, `drop:2`, `json`, `check` or `rows`. Raises
        Problem where JSON that must be read cannot be."""
        name, _, at = step.partition(":")
        if name == "add" and len(self.rows) < MAX_ROWS:
            return replace(self, rows=(*self.rows, Row()))
        if name == "drop" and at.isdecimal():
            kept = tuple(row for i, row in enumerate(self.rows) if i != int(at))
            return replace(self, rows=kept or (Row(),))
        if name == "json":
            return replace(self, tree=self._as_json(catalogue))
        if name in ("rows", "check") and self.tree is not None:
            found = self.read(catalogue)
            return self if name == "check" else conditions_of(found, without=self.without)
        return self

    def _as_json(self, catalogue: Catalogue) -> str:
        try:
            return pretty(self.read(catalogue))
        except Problem:
            return json.dumps({MATCHES.get(self.match, "and"): []})


def conditions_of(filter: Filter | None, *, without: str = "") -> Conditions:
    """The form of a filter: rows where it is flat, else its tree."""
    rows = flat(filter) if filter else (Row(),)
    if filter and rows is None:
        return Conditions(tree=pretty(filter), without=without)
    match = "any" if isinstance(filter, Any_) else "all"
    return Conditions(match, rows or (Row(),), without=without)


def conditions_form(
    c_match: Annotated[str, Form()] = "all",
    c_field: Annotated[list[str] | None, Form()] = None,
    c_op: Annotated[list[str] | None, Form()] = None,
    c_value: Annotated[list[str] | None, Form()] = None,
    c_until: Annotated[list[str] | None, Form()] = None,
    c_choice: Annotated[list[str] | None, Form()] = None,
    c_tree: Annotated[str | None, Form()] = None,
    c_shape: Annotated[str, Form()] = "rows",
    c_without: Annotated[str, Form()] = "",
) -> Conditions:
    """What a browser sent, for a handler: `Annotated[Conditions, Depends(conditions_form)]`."""
    sent = zip(c_field or [], c_op or [], c_value or [], c_until or [], strict=False)
    ticked = [choice.partition(":") for choice in c_choice or []]
    rows = tuple(
        Row(field, op, value, until, tuple(slug for row, _, slug in ticked if row == str(i)))
        for i, (field, op, value, until) in enumerate(sent)
    )
    tree = c_tree or "" if c_shape == "json" else None
    return Conditions(c_match, rows[:MAX_ROWS] or (Row(),), tree, c_without)


def pretty(filter: Filter) -> str:
    """The tree as JSON that people read: a line for each question."""
    return _lines(show(filter), "\n")


def _lines(data: dict[str, Any], margin: str) -> str:
    for word in MATCHES.values():
        if parts := data.get(word):
            inner = f"{margin}  "
            listed = f",{inner}".join(_lines(part, inner) for part in parts)
            return f'{{"{word}": [{inner}{listed}{margin}]}}'
    if "not" in data:
        return f'{{"not": {_lines(data["not"], margin)}}}'
    return json.dumps(data, ensure_ascii=False)


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


def _leaf(row: Row, catalogue: Catalogue) -> dict[str, Any]:
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


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as wrong:
        where = f" (line {wrong.lineno})" if isinstance(wrong, json.JSONDecodeError) else ""
        raise invalid(f"This is not JSON{where}.", "tree") from None
