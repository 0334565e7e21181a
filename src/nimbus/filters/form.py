"""Conditions as a form has them: rows of which all, or any, must hold; else the tree as JSON.

A form sends each row as one `c_field`, `c_op`, `c_value` and `c_until`, in order; boxes that are
ticked come as `c_choice` with the number of their row, `2:director`, since those that are not
ticked do not come at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Form

from nimbus.fields import Catalogue
from nimbus.filters.filter import Any_, Filter
from nimbus.filters.parse import parse, show
from nimbus.filters.rows import Row, flat, question
from nimbus.problems import Problem, invalid

MATCHES = {"all": "and", "any": "or"}
PATH = "conditions"
MAX_ROWS = 100


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
        asked = [(i, question(row, catalogue)) for i, row in enumerate(self.rows) if row.field]
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


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as wrong:
        where = f" (line {wrong.lineno})" if isinstance(wrong, json.JSONDecodeError) else ""
        raise invalid(f"This is not JSON{where}.", "tree") from None
