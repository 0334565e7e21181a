"""The readable form of a filter in a list's URL: `icp_tier=A,B&lead_score__gte=60&tag=vip`.

Parameters are joined by AND. `field=value` asks "is" or, with commas, "is one of"; any other
operator follows two underscores. What is not a flat AND goes into one `filter=` as JSON.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from nimbus.fields import Catalogue
from nimbus.fields.field import Field
from nimbus.filters.filter import All, Filter, Leaf
from nimbus.filters.operators import KEYS, OPERATORS, operator
from nimbus.filters.parse import Reader, field_by_key, show
from nimbus.filters.values import DAY
from nimbus.problems import Problem, invalid

TREE = "filter"
VALUELESS = frozenset(row.key for row in OPERATORS if row.shape == "none")
RANGE = ".."

# Between a time and its offset: a plus that was not written as %2B, which a query has as a space.
EATEN_PLUS = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)")

# Free text may hold commas of its own; there only `__in` splits.
SPLIT_KINDS = frozenset(
    {"choice", "choices", "number", "date", "datetime", "reference", "membership"}
)

# The article's own parameters (S3-21). After a day alone means from its beginning: whoever follows
# what changes since then loses nothing of that day.
SINCE = {"created_after": "created_at", "updated_after": "updated_at"}
ALIASES = {"segment_id": "segment"}


def from_params(
    params: Iterable[tuple[str, str]], catalogue: Catalogue, *, ignore: Collection[str] = (),
    blanks: bool = True,
) -> Filter | None:  # fmt: skip
    """The filter of a query string, None when it names none.

    Blank values are skipped: an untouched form field is no question, unless the question takes no
    value. Without `blanks` they are refused: in a program they are a variable that was never set,
    which would ask for everyone. An unknown name is refused, never dropped: a misspelt filter would
    otherwise show, or change, everyone. `ignore` names the other parameters of the page.
    """
    asked = []
    for name, text in params:
        if name in ignore:
            continue
        if text or name.rpartition("__")[2] in VALUELESS:
            asked.append((name, text))
        elif not blanks:
            raise _blank(name)
    # One reader, so that the budget of a tree holds for all of them together.
    reader, depth = Reader(catalogue), min(len(asked), 2)
    parts = [
        _tree(text, reader, depth) if name == TREE else _leaf(name, text, reader, depth)
        for name, text in asked
    ]
    if len(parts) < 2:
        return parts[0] if parts else None
    return All(tuple(parts))


def refuse_blank(params: Iterable[tuple[str, str]], names: Collection[str]) -> None:
    """The same of parameters that are no filter. Raises Problem that names the first blank one."""
    for name, text in params:
        if name in names and not text.strip():
            raise _blank(name)


def _blank(name: str) -> Problem:
    return invalid(f"“{name}” is blank: leave it out, or say what to ask for.", name)


def to_params(filter: Filter) -> list[tuple[str, str]]:
    """The parameters of which `from_params` makes the same filter, readable where it is flat."""
    match filter:
        case Leaf():
            return [_param(filter)]
        case All(parts) if len(parts) > 1:
            flat = [_param(part) for part in parts if isinstance(part, Leaf)]
            if len(flat) == len(parts):
                return flat
    return [(TREE, json.dumps(show(filter), ensure_ascii=False, separators=(",", ":")))]


def _tree(text: str, reader: Reader, depth: int) -> Filter:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise invalid("This is not JSON.", TREE) from None
    return reader.tree(data, TREE, depth)


def _leaf(name: str, text: str, reader: Reader, depth: int) -> Filter:
    asked = ALIASES.get(name, name)
    if name in SINCE:
        asked = f"{SINCE[name]}__{'gte' if DAY.fullmatch(text.strip()) else 'gt'}"
    key, _, op = asked.rpartition("__")
    if not key or op not in KEYS:
        key, op = asked, ""
    kind = field_by_key(reader.catalogue, key, name).type.kind
    if kind == "datetime":
        text = EATEN_PLUS.sub(r"\1+\2", text)
    op, value = _asked(op, text, kind)
    try:
        return reader.tree({"field": key, "op": op, "value": value}, name, depth)
    except Problem as problem:
        raise Problem(problem.code, problem.message, name) from None


def _asked(op: str, text: str, kind: str) -> tuple[str, Any]:
    """The operator and its value, as JSON would have them."""
    if not op:
        items = _split(text) if kind in SPLIT_KINDS else [text]
        return ("eq", items[0]) if len(items) == 1 else ("in", items)
    row = operator(op, kind)
    if row and row.shape == "many":
        return op, _split(text)
    return op, text.split(RANGE) if row and row.shape == "range" else text


def _param(leaf: Leaf) -> tuple[str, str]:
    key, op, kind = leaf.field.key, leaf.op, leaf.field.type.kind
    text = _text(leaf)
    several = op.key == "in" and len(leaf.value) > 1 and kind in SPLIT_KINDS
    if "__" not in key and (op.key == "eq" or several):
        return key, _join([text]) if op.key == "eq" and kind in SPLIT_KINDS else text
    return f"{key}__{op.key}", text


def _text(leaf: Leaf) -> str:
    match leaf.op.shape:
        case "none":
            return "true"
        case "many":
            return _join([_word(leaf.field, one) for one in leaf.value])
        case "range":
            return RANGE.join(_word(leaf.field, bound) for bound in leaf.value)
        case "days":
            return str(leaf.value)
        case _:
            return _word(leaf.field, leaf.value)


def _word(field: Field, value: Any) -> str:
    return value if isinstance(value, str) else field.type.show(value)


def _split(text: str) -> list[str]:
    """Values between commas; one that holds a comma itself stands in quotes."""
    try:
        return [
            value for line in csv.reader(io.StringIO(text, newline="")) for value in line if value
        ]
    except csv.Error:
        return []


def _join(values: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()
