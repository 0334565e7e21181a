"""What the condition editor shows: for each row its operators and the control for its value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from nimbus.fields import Catalogue
from nimbus.fields.field import Field, Group
from nimbus.filters.describe import describe
from nimbus.filters.form import Conditions
from nimbus.filters.operators import Operator, operators_for
from nimbus.filters.rows import Row, is_offered, labels, outline
from nimbus.filters.values import DAY
from nimbus.problems import Problem

# The values to choose from of a field, with their words.
Choices = Callable[[Field], Mapping[str, str]]
Control = Literal["none", "line", "lines", "pick", "tick", "range", "days"]

GROUPS: dict[Group, str] = {
    "identity": "Person",
    "work": "Work",
    "reach": "Reach",
    "place": "Place",
    "company": "Company",
    "consent": "Consent",
    "status": "Status",
    "score": "Score",
    "engagement": "Engagement",
    "custom": "Custom fields",
    "lists": "Lists",
    "suppression": "Suppression",
}

# Where the words of two operators differ only in what they take, a menu needs other words.
MENU_WORDS = {
    ("in", "choices"): "has any of",
    ("not_in", "choices"): "has none of",
    ("has_all", "choices"): "has all of",
    ("within_last", ""): "is within the last days",
    ("before_last", ""): "is more than days ago",
    ("within_next", ""): "is within the next days",
    ("in", ""): "is one of",
    ("not_in", ""): "is none of",
}
# Said by another operator of the same menu; parts of a word mean nothing where one picks words.
REDUNDANT = {
    "choices": frozenset({"eq", "ne", "contains"}),
    "boolean": frozenset({"eq", "ne"}),
}
PICKED = frozenset({"eq", "ne", "contains", "starts_with", "ends_with"})
YES_NO = {"true": "Yes", "false": "No"}
MATCH_WORDS = {
    "all": "all of these are true",
    "any": "any of these is true",
    "none": "none of these is true",
    "not_all": "not all of these are true",
}
# So deep a group can be put into another by its button; deeper ones nobody reads.
DEEPEST = 4
INPUTS = {"number": "number", "date": "date", "datetime": "date"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row, ready to show; of the head of a group only the row counts, and whether another group
    can be put into it. `input` is the type of a typed value, `choices` what to pick from."""

    row: Row
    operators: tuple[tuple[str, str], ...]
    control: Control
    input: str
    choices: Mapping[str, str]
    error: str | None = None
    may_nest: bool = False


@dataclass(frozen=True, slots=True)
class Editor:
    """`tree` and `tree_error` are those of the JSON; `sentence` what the conditions say, as far as
    they can be read: where they are `unfinished`, without those that cannot."""

    match: str
    lines: tuple[Line, ...]
    fields: dict[str, list[Field]]
    without: str
    tree: str | None
    tree_error: str | None
    sentence: str | None
    unfinished: bool
    may_be_rows: bool

    @property
    def matches(self) -> Mapping[str, str]:
        """How the rows of a group can belong together."""
        return MATCH_WORDS


def editor(
    given: Conditions, catalogue: Catalogue, problem: Problem | None = None,
    choices: Choices = labels,
) -> Editor:  # fmt: skip
    """The editor of these conditions, the problem of a refusal at its row."""
    where = problem.field or "" if problem else ""
    filter = None
    with suppress(Problem):
        filter = given.read(catalogue)
    told = filter or given.whole(catalogue)
    return Editor(
        match=given.match,
        lines=tuple(
            _line(
                row,
                catalogue,
                choices,
                problem.message if problem and _row_of(where) == i else None,
            )
            for i, row in enumerate(given.rows)
        ),
        fields=_fields(catalogue, given),
        without=given.without,
        tree=given.tree,
        tree_error=_told(problem) if problem and given.tree is not None else None,
        sentence=describe(told) if told else None,
        unfinished=filter is None,
        may_be_rows=filter is not None and outline(filter) is not None,
    )


def _line(row: Row, catalogue: Catalogue, known_choices: Choices, error: str | None) -> Line:
    field = None if row.opens else catalogue.find(row.field)
    if field is None:
        return Line(row, (), "none", "text", {}, error, row.depth < DEEPEST)
    kind = field.type.kind
    known = operators_for(kind)
    choices = YES_NO if kind == "boolean" else known_choices(field)
    redundant = PICKED if kind == "choice" and choices else REDUNDANT.get(kind, frozenset())
    offered = [one for one in known if one.key not in redundant or one.key == row.op]
    op = next((op for op in known if op.key == row.op), offered[0])
    shown = row if row.op == op.key else Row(row.field, op.key, depth=row.depth)
    if op.shape == "many":
        shown = _ticked(shown, choices)
    words = tuple((one.key, menu_words(one, kind)) for one in offered)
    return Line(shown, words, _control(op, choices), _input(shown, op, kind), choices, error)


def _ticked(row: Row, choices: Mapping[str, str]) -> Row:
    """What there is a box for is ticked, not typed."""
    typed = row.value.splitlines()
    ticked = tuple(one for one in typed if one in choices)
    left = "\n".join(one for one in typed if one not in choices)
    return replace(row, value=left, chosen=(*row.chosen, *ticked))


def _control(op: Operator, choices: Mapping[str, str]) -> Control:
    match op.shape:
        case "none" | "range" | "days":
            return op.shape
        case "many":
            return "tick" if choices else "lines"
        case "one":
            return "pick" if choices else "line"
        case "text":
            return "line"


def _input(row: Row, op: Operator, kind: str) -> str:
    """A moment that is no whole day cannot be shown by a date input."""
    whole = all(DAY.fullmatch(text) for text in (row.value, row.until) if text)
    if kind == "datetime" and not whole:
        return "text"
    return "text" if op.shape == "text" else INPUTS.get(kind, "text")


def menu_words(op: Operator, kind: str) -> str:
    known = MENU_WORDS.get((op.key, kind)) or MENU_WORDS.get((op.key, ""))
    return known or re.sub(r" ?\{\}( and \{\})?", "", op.words)


def _fields(catalogue: Catalogue, given: Conditions) -> dict[str, list[Field]]:
    """By group: what is offered, and what is asked already."""
    groups: dict[str, list[Field]] = {label: [] for label in GROUPS.values()}
    offered = [one for one in catalogue.filterable() if is_offered(one, given.without)]
    asked = {row.field: catalogue.find(row.field) for row in given.rows if row.field}
    keys = {one.key for one in offered}
    for field in (*offered, *(one for one in asked.values() if one and one.key not in keys)):
        groups[GROUPS[field.group]].append(field)
    return {label: fields for label, fields in groups.items() if fields}


def _row_of(path: str) -> int | None:
    found = re.match(r"conditions(?:\.\w+)?\[(\d+)\]", path)
    return int(found[1]) if found else None


def _told(problem: Problem) -> str:
    """The message, and where in the tree."""
    path = (problem.field or "").removeprefix("tree").lstrip(".")
    return f"{problem.message} ({path})" if path else problem.message
