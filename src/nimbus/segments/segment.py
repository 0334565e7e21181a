"""A segment: the contacts that a filter finds, or those that were put on a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from nimbus.db import ids
from nimbus.filters.stored import uses
from nimbus.problems import Problem, invalid

Kind = Literal["dynamic", "static"]

FIELD = "segment"
MAX_NAME = 200
MAX_DESCRIPTION = 1_000
MAX_SEGMENTS = 1_000


@dataclass(frozen=True, slots=True)
class Segment:
    """`filter` is as it is stored, None for a static list."""

    id: UUID
    name: str
    description: str
    kind: Kind
    filter: dict[str, Any] | None
    created_by: str
    created_at: datetime
    updated_at: datetime

    @property
    def shown_id(self) -> str:
        return ids.show("seg", self.id)

    @property
    def asks(self) -> tuple[UUID, ...]:
        """The segments that its filter asks for, once each."""
        return segments_in(self.filter)


def segments_in(filter: Any) -> tuple[UUID, ...]:
    """The segments that a stored filter asks for, once each, in reading order."""
    asked = uses(filter) if filter is not None else ()
    shown = dict.fromkeys(value for use in asked if use.ref == FIELD for value in use.values)
    return tuple(ids.read("seg", one) for one in shown)


def circle(start: UUID, segments: Mapping[UUID, Segment]) -> list[Segment] | None:
    """The way by which a segment asks for itself, from it and back; None when it does not."""
    return next(_ways_back([segments[start]], segments, set()), None)


def _ways_back(
    way: list[Segment], segments: Mapping[UUID, Segment], seen: set[UUID]
) -> Iterator[list[Segment]]:
    for id in way[-1].asks:
        if id == way[0].id:
            yield [*way, way[0]]
        elif id in segments and id not in seen:
            seen.add(id)
            yield from _ways_back([*way, segments[id]], segments, seen)


def users(id: UUID, segments: Mapping[UUID, Segment]) -> list[Segment]:
    """The segments that ask for this one, be it by way of others."""
    asking: defaultdict[UUID, list[Segment]] = defaultdict(list)
    for segment in segments.values():
        for asked in segment.asks:
            asking[asked].append(segment)
    found: dict[UUID, Segment] = {}
    left = [id]
    while left:
        for segment in asking[left.pop()]:
            if segment.id not in found:
                found[segment.id] = segment
                left.append(segment.id)
    return list(found.values())


def refuse_circle(id: UUID, segments: Mapping[UUID, Segment]) -> None:
    """Raises Problem that names the way when a segment asks for itself."""
    if way := circle(id, segments):
        told = " → ".join(f"“{segment.name}”" for segment in way)
        raise invalid(
            f"A segment cannot ask for itself, and this one would: {told}. Take one of these out "
            "of its filter.",
            "filter",
            cycle=[segment.shown_id for segment in way],
        )


def refuse_dynamic(segment: Segment) -> None:
    """Raises Problem(conflict) when nobody can be put on it by hand."""
    if segment.kind == "dynamic":
        raise Problem(
            "conflict",
            f"“{segment.name}” is dynamic: whoever its filter finds is in it. Change the filter, "
            "or make a static list.",
        )
