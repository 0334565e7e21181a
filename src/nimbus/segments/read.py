"""Reading segments: all of a workspace at once, and the filter that each stands for."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters import All, Any_, Filter, Leaf, expand, is_in, load, parse
from nimbus.problems import Problem
from nimbus.segments.segment import FIELD, Segment

NOBODY = Any_(())


def segments(tx: Tx) -> Mapping[UUID, Segment]:
    """All of them, by name. There are so few (`MAX_SEGMENTS`) that what refers to one another is
    best seen at once."""
    if "segments" not in tx.memory:
        found = tx.all(
            Segment,
            "select id, name, description, kind, filter, created_by, created_at, updated_at "
            "from segment where workspace_id = %s order by name, id",
            [tx.workspace_id],
        )
        tx.memory["segments"] = {segment.id: segment for segment in found}
    known: Mapping[UUID, Segment] = tx.memory["segments"]
    return known


def forget(tx: Tx) -> None:
    """After a change: what was read before does not count any more."""
    tx.memory.pop("segments", None)
    tx.memory.pop("segment filters", None)


def one(tx: Tx, id: UUID) -> Segment:
    """Raises Problem(not_found)."""
    found = segments(tx).get(id)
    if found is None:
        raise ids.missing("seg")
    return found


def members(tx: Tx, segment: Segment) -> Leaf:
    """The filter that finds whoever is in it, as anybody could ask it."""
    return is_in(catalogue(tx).get(FIELD), segment.id)


def filter_of(tx: Tx, segment: Segment) -> Filter:
    """What a dynamic segment asks. Raises Problem when it asks for a field that is gone."""
    filters: dict[UUID, Filter] = tx.memory.setdefault("segment filters", {})
    if segment.id not in filters:
        filters[segment.id] = load(segment.filter, catalogue(tx))
    return filters[segment.id]


def meaning(tx: Tx, id: UUID) -> Filter | None:
    """The filter that a segment stands for: nobody in the trash is in one (D-12). None for a static
    list, nobody for one that is gone or cannot be asked any more."""
    segment = segments(tx).get(id)
    if segment is None:
        return NOBODY
    if segment.kind == "static":
        return None
    try:
        return All((filter_of(tx, segment), _live(tx)))
    except Problem:
        return NOBODY


def trouble(tx: Tx, segment: Segment) -> list[str]:
    """What is wrong with a filter that was good when it was saved, in words."""
    told = [
        f"It asks for the segment {ids.show('seg', id)}, which was deleted: nobody is in that."
        for id in segment.asks
        if id not in segments(tx)
    ]
    try:
        if segment.kind == "dynamic":
            expand(filter_of(tx, segment))
    except Problem as problem:
        told.append(f"Its filter cannot be asked any more, so that nobody is in it: {problem}")
    return told


def _live(tx: Tx) -> Filter:
    return parse({"field": "is_deleted", "op": "is_false"}, catalogue(tx))
