"""Filters as they are stored, without reading them: what they ask for, and putting new names in.

A stored filter may name what is gone by now, so this works on its JSON alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.db import ids
from nimbus.filters.operators import OPERATORS
from nimbus.operations.references import Thing
from nimbus.operations.rename import Renamed

EVERYBODY: dict[str, Any] = {"and": []}
NOBODY: dict[str, Any] = {"not": {"and": []}}

# Operators whose value is a part of a word; of several values `contains` asks for a whole one.
_PARTS = frozenset(op.key for op in OPERATORS if op.shape == "text")
# What holds for somebody who has no value.
_TRUE_OF_BLANK = frozenset(op.key for op in OPERATORS if op.negated) ^ {"is_empty", "is_not_empty"}


@dataclass(frozen=True, slots=True)
class Use:
    """One question: the ref of its field (see `Field.ref`), its operator, and its values in a
    tuple, be it one or none."""

    ref: str
    op: str
    values: tuple[Any, ...]


def uses(data: Any) -> Iterator[Use]:
    """Every question of a stored filter, in reading order."""
    match data:
        case {"and": parts} | {"or": parts}:
            for part in parts:
                yield from uses(part)
        case {"not": part}:
            yield from uses(part)
        case _:
            value = data.get("value")
            values = value if isinstance(value, list) else [] if value is None else [value]
            yield Use(_ref(data), data["op"], tuple(values))


def asks(data: Any, ref: str, value: str | None = None) -> bool:
    """Whether a stored filter asks for the field or, with `value`, names that value of it."""
    return any(use.ref == ref and (value is None or value in use.values) for use in uses(data))


def names(data: Any, thing: Thing) -> bool:
    """Whether a stored filter names a field, an option of one, a tag or a segment; no filter names
    anything else."""
    match thing.kind:
        case "custom_field" | "option":
            ref, _, option = thing.id.partition(":")
            return asks(data, ref, option or None)
        case "tag":
            return asks(data, "tags", thing.id)
        case "segment":
            return asks(data, "segment", ids.show("seg", UUID(thing.id)))
        case _:
            return False


def rewritten(data: Any, renamed: Renamed) -> Any:
    """The stored filter with the value's new name; it is equal to `data` when it does not name it.

    What asks for something that is gone becomes what it says of somebody who has no value: nobody
    is found by the value of a deleted field, and everybody by its being empty.
    """
    match data:
        case {"and": parts}:
            return {"and": [rewritten(part, renamed) for part in parts]}
        case {"or": parts}:
            return {"or": [rewritten(part, renamed) for part in parts]}
        case {"not": part}:
            return {"not": rewritten(part, renamed)}
    if _ref(data) != renamed.field:
        return data
    if renamed.old is None:
        return EVERYBODY if data["op"] in _TRUE_OF_BLANK else NOBODY
    return _leaf(data, renamed.old, renamed)


def _leaf(data: dict[str, Any], old: str, renamed: Renamed) -> dict[str, Any]:
    op, value = data["op"], data.get("value")
    whole = op not in _PARTS or (op == "contains" and renamed.several)
    if not whole or (old not in value if isinstance(value, list) else value != old):
        return data
    if not isinstance(value, list):
        return {**data, "value": renamed.new} if renamed.new else _gone(op)
    left = dict.fromkeys(renamed.new if one == old else one for one in value)
    values = [one for one in left if one is not None]
    # Nobody has all of several values of which one is gone.
    lost = renamed.new is None and op == "has_all"
    return {**data, "value": values} if values and not lost else _gone(op)


def _gone(op: str) -> dict[str, Any]:
    return EVERYBODY if op in _TRUE_OF_BLANK else NOBODY


def _ref(data: dict[str, Any]) -> str:
    return str(data.get("field_id") or data.get("field"))
