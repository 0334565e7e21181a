"""Conditions as a form has them: rows, and groups of rows; else the tree as JSON.

A form sends each row as one `c_field`, `c_op`, `c_value`, `c_until`, `c_opens` and `c_depth`, in
order; boxes that are ticked come as `c_choice` with the number of their row, `2:director`, since
those that are not ticked do not come at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Annotated, Any

from fastapi import Form

from nimbus.fields import Catalogue
from nimbus.filters.filter import Filter
from nimbus.filters.parse import parse, show
from nimbus.filters.rows import MATCHES, Row, outline, question, within
from nimbus.problems import Problem, invalid

PATH = "conditions"
MAX_ROWS = 150
# Deeper ones people write as JSON.
MAX_DEPTH = 19


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
        asked = [i for i, row in enumerate(self.rows) if row.field and not row.opens]
        if not asked:
            raise invalid("Choose a field to make the first condition.", f"{PATH}[0].field")
        leaves = {
            i: show(parse(question(self.rows[i], catalogue), catalogue, path=f"{PATH}[{i}]"))
            for i in asked
        }
        try:  # Read again as one, so that the budget of a tree holds for all of them together.
            return parse(self._joined(self.match, 0, len(self.rows), leaves), catalogue)
        except Problem as problem:
            where = f"{PATH}[{asked[-1]}]"
            raise Problem(problem.code, problem.message, where, **problem.more) from None

    def whole(self, catalogue: Catalogue) -> Filter | None:
        """As much of the filter as can be read while other conditions are not finished; None where
        nothing can."""
        if self.tree is not None:
            return None
        leaves = {}
        for i, row in enumerate(self.rows):
            if row.field and not row.opens:
                try:
                    leaves[i] = show(parse(question(row, catalogue), catalogue))
                except Problem:
                    continue
        joined = self._joined(self.match, 0, len(self.rows), leaves)
        try:
            return parse(joined, catalogue) if joined else None
        except Problem:
            return None

    def _joined(
        self, match: str, first: int, end: int, leaves: Mapping[int, dict[str, Any]]
    ) -> dict[str, Any] | None:
        """The rows from `first` on as JSON; None where there is no question among them."""
        parts, at = [], first
        while at < end:
            inner = at + 1 + len(within(self.rows, at)) if self.rows[at].opens else at + 1
            opens = self.rows[at].opens
            part = self._joined(opens, at + 1, inner, leaves) if opens else leaves.get(at)
            if part is not None:
                parts.append(part)
            at = inner
        if not parts:
            return None
        word, is_turned = MATCHES.get(match, MATCHES["all"])
        whole = parts[0] if len(parts) == 1 else {word: parts}
        return {"not": whole} if is_turned else whole

    def after(self, step: str, catalogue: Catalogue) -> Conditions:
        """The form after one of its own buttons: `add` or `group`, with `:2` within the group that
        row opens, `drop:2`, `json`, `check` or `rows`. Raises Problem where JSON that must be read
        cannot be."""
        name, _, number = step.partition(":")
        at = int(number) if number.isdecimal() and int(number) < len(self.rows) else None
        if name in ("add", "group") and len(self.rows) < MAX_ROWS:
            return self._grown(name == "group", at)
        if name == "drop" and at is not None:
            end = at + 1 + len(within(self.rows, at))
            return replace(self, rows=(*self.rows[:at], *self.rows[end:]) or (Row(),))
        if name == "json":
            return replace(self, tree=self._as_json(catalogue))
        if name in ("rows", "check") and self.tree is not None:
            found = self.read(catalogue)
            return self if name == "check" else conditions_of(found, without=self.without)
        return self

    def _grown(self, is_group: bool, at: int | None) -> Conditions:
        """With a blank row, or a group of one, at the end of the group that the row `at` opens."""
        end, depth = len(self.rows), 0
        if at is not None and self.rows[at].opens:
            end, depth = at + 1 + len(within(self.rows, at)), self.rows[at].depth + 1
        new: tuple[Row, ...] = (Row(depth=depth),)
        if is_group:
            match = (
                "all" if (self.rows[at].opens if at is not None else self.match) == "any" else "any"
            )
            new = (Row(opens=match, depth=depth), Row(depth=depth + 1))
        return replace(self, rows=(*self.rows[:end], *new, *self.rows[end:]))

    def _as_json(self, catalogue: Catalogue) -> str:
        try:
            return pretty(self.read(catalogue))
        except Problem:
            return json.dumps({MATCHES.get(self.match, MATCHES["all"])[0]: []})


def conditions_of(filter: Filter | None, *, without: str = "") -> Conditions:
    """The form of a filter: its rows where they can say it, else its tree."""
    if filter is None:
        return Conditions(without=without)
    found = outline(filter)
    if found is None or max(row.depth for row in found[1]) > MAX_DEPTH:
        return Conditions(tree=pretty(filter), without=without)
    return Conditions(*found, without=without)


def conditions_form(
    c_match: Annotated[str, Form()] = "all",
    c_field: Annotated[list[str] | None, Form()] = None,
    c_op: Annotated[list[str] | None, Form()] = None,
    c_value: Annotated[list[str] | None, Form()] = None,
    c_until: Annotated[list[str] | None, Form()] = None,
    c_choice: Annotated[list[str] | None, Form()] = None,
    c_opens: Annotated[list[str] | None, Form()] = None,
    c_depth: Annotated[list[str] | None, Form()] = None,
    c_tree: Annotated[str | None, Form()] = None,
    c_shape: Annotated[str, Form()] = "rows",
    c_without: Annotated[str, Form()] = "",
) -> Conditions:
    """What a browser sent, for a handler: `Annotated[Conditions, Depends(conditions_form)]`."""
    sent = zip(c_field or [], c_op or [], c_value or [], c_until or [], strict=False)
    shape = zip_longest(c_opens or [], c_depth or [], fillvalue="")
    ticked = [choice.partition(":") for choice in c_choice or []]
    rows: list[Row] = []
    for i, (field, op, value, until) in enumerate(list(sent)[:MAX_ROWS]):
        opens, depth = next(shape, ("", ""))
        chosen = tuple(slug for row, _, slug in ticked if row == str(i))
        rows.append(
            Row(
                field,
                op,
                value,
                until,
                chosen,
                _depth(depth, rows),
                opens if opens in MATCHES else "",
            )
        )
    tree = c_tree or "" if c_shape == "json" else None
    return Conditions(c_match, tuple(rows) or (Row(),), tree, c_without)


def _depth(text: str, before: Sequence[Row]) -> int:
    """No row is deeper than the one before it lets it be."""
    last = before[-1] if before else None
    most = 0 if last is None else last.depth + bool(last.opens)
    return min(int(text) if text.isdecimal() else 0, most)


def pretty(filter: Filter) -> str:
    """The tree as JSON that people read: a line for each question."""
    return _lines(show(filter), "\n")


def _lines(data: dict[str, Any], margin: str) -> str:
    for word in ("and", "or"):
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
