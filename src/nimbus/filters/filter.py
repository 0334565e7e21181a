"""A filter is a tree of questions about a contact: plain, frozen data that every reader shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nimbus.fields.field import Field
from nimbus.filters.operators import Operator
from nimbus.filters.predicates import Predicate


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question. `value` has the shape its operator names; lists and ranges are tuples."""

    field: Field
    op: Operator
    value: Any = None

    def predicate(self, now: datetime) -> Predicate:
        """What is asked of the field's value, before the operator's negation."""
        return self.op.predicate(self.value, now.date() if self.field.type.kind == "date" else now)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no part it holds for everyone."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one part holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold: exactly the contacts that the part leaves out."""

    part: Filter


Filter = Leaf | All | Any_ | Not


def children(filter: Filter, path: str = "filter") -> Iterator[tuple[str, Filter]]:
    """The direct parts of a group with their JSON paths."""
    match filter:
        case All(parts):
            yield from ((f"{path}.and[{i}]", part) for i, part in enumerate(parts))
        case Any_(parts):
            yield from ((f"{path}.or[{i}]", part) for i, part in enumerate(parts))
        case Not(part):
            yield f"{path}.not", part


def leaves(filter: Filter, path: str = "filter") -> Iterator[tuple[str, Leaf]]:
    """Every leaf with its JSON path, in reading order."""
    if isinstance(filter, Leaf):
        yield path, filter
    for where, part in children(filter, path):
        yield from leaves(part, where)
