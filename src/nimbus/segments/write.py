"""Making, changing and deleting segments; each is logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.read import catalogue
from nimbus.fields.types.cell import clean, clean_lines
from nimbus.filters import dump, expand, parse
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.operations.references import Thing, refuse_if_used
from nimbus.problems import Problem, invalid
from nimbus.segments import read
from nimbus.segments.segment import (
    MAX_NAME,
    MAX_SEGMENTS,
    Kind,
    Segment,
    refuse_circle,
    users,
)

_SQL = beside(__file__, "write.sql")

THING = "segment"
NAME_NEEDED = f"A name of at most {MAX_NAME} characters is needed."


def create(
    tx: Tx, who: Who, *, name: str, kind: Kind, filter: Any = None, description: str = "",
    through: str,
) -> Segment:  # fmt: skip
    """A new segment. Raises Problem that names the member, and Problem(conflict) for a name that is
    taken."""
    known = _held(tx)
    refuse_full(len(known))
    if kind == "static" and filter is not None:
        raise invalid("A static list has no filter; its members are put on it.", "filter")
    stored = _stored(tx, filter) if kind == "dynamic" else None
    segment = Segment(
        tx.value("select uuidv7()"), _named(name, known.values()), clean_lines(description), kind,
        stored, who.name, tx.now, tx.now,
    )  # fmt: skip
    operation = _begin(tx, who, "segment.create", through, segment)
    _put(tx, segment)
    refuse_tangle(tx, segment)
    log(tx, operation, THING, segment.id, "created", None, _logged(segment))
    return segment


def change(
    tx: Tx, who: Who, segment: Segment, given: Mapping[str, Any], *, through: str
) -> Segment:
    """With the members of `given` in the place of its own: `name`, `description`, `filter`. Raises
    Problem as `create` does."""
    known = _held(tx)
    segment = read.one(tx, segment.id)
    new = segment
    if "name" in given:
        others = [one for one in known.values() if one.id != segment.id]
        new = replace(new, name=_named(given["name"], others))
    if "description" in given:
        new = replace(new, description=clean_lines(given["description"]))
    if "filter" in given:
        if segment.kind == "static":
            raise invalid("A static list has no filter; its members are put on it.", "filter")
        new = replace(new, filter=_stored(tx, given["filter"]))
    if new == segment:
        return segment
    new = replace(new, updated_at=tx.now)
    operation = _begin(tx, who, "segment.change", through, new)
    _put(tx, new)
    refuse_tangle(tx, new)
    was, now = _logged(segment), _logged(new)
    differing = [key for key in now if now[key] != was[key]]
    log(tx, operation, THING, new.id, "updated",
        {key: was[key] for key in differing}, {key: now[key] for key in differing})  # fmt: skip
    return new


def delete(tx: Tx, who: Who, segment: Segment, *, force: bool, through: str) -> Operation:
    """Raises Problem(in_use) with what uses it, unless it is to go all the same (G-33); what asks
    for it then finds nobody in it. Undoing the operation brings it back with whoever was on it."""
    _held(tx)
    segment = read.one(tx, segment.id)
    if not force:
        refuse_if_used(tx, Thing("segment", str(segment.id)), f"The segment “{segment.name}”")
    operation = _begin(tx, who, "segment.delete", through, segment)
    values = {"workspace": tx.workspace_id, "id": segment.id, "operation": operation.id}
    for name in ("close", "empty"):
        tx.run(_SQL[name], values)
    tx.run(_SQL["delete"], values)
    made = {"created_by": segment.created_by, "created_at": segment.created_at.isoformat()}
    log(tx, operation, THING, segment.id, "deleted", {**_logged(segment), **made}, None)
    read.forget(tx)
    return operation


def refuse_full(there: int) -> None:
    """Raises Problem(conflict) where there cannot be one more."""
    if there >= MAX_SEGMENTS:
        raise Problem("conflict", f"There are {MAX_SEGMENTS:,} segments, the most there can be.")


def _held(tx: Tx) -> Mapping[Any, Segment]:
    """The segments there are. Whoever else changes one waits until this transaction is over, so
    that no name is taken twice and no two changes make a circle together."""
    alone(tx)
    read.forget(tx)
    return read.segments(tx)


def alone(tx: Tx) -> None:
    """Until the end of the transaction nobody else changes a segment."""
    tx.run("select id from workspace where id = %s for no key update", [tx.workspace_id])


def _named(raw: str, others: Iterable[Segment]) -> str:
    name = clean(raw)
    if not name or len(name) > MAX_NAME:
        raise invalid(NAME_NEEDED, "name")
    if name in {other.name for other in others}:
        raise Problem("conflict", f"There is a segment called “{name}” already.", "name")
    return name


def _stored(tx: Tx, filter: Any) -> dict[str, Any]:
    if filter is None:
        raise invalid("A dynamic segment needs a filter; a static list has none.", "filter")
    return dump(parse(filter, catalogue(tx)))


def refuse_tangle(tx: Tx, segment: Segment) -> None:
    """Raises Problem when it asks for itself, or when it or one that asks for it asks too much."""
    read.forget(tx)
    refuse_circle(segment.id, read.segments(tx))
    for one in (segment, *users(segment.id, read.segments(tx))):
        try:
            expand(read.members(tx, one))
        except Problem as problem:
            whose = "" if one is segment else f" That is so of “{one.name}”, which asks for it."
            raise invalid(f"{problem.message}{whose}", "filter") from None


def _begin(tx: Tx, who: Who, kind: str, through: str, segment: Segment) -> Operation:
    return operations.start(
        tx, who, kind, through, subject=THING, subject_id=segment.id, why=segment.name
    )


def _put(tx: Tx, segment: Segment) -> None:
    filter = Jsonb(segment.filter) if segment.filter is not None else None
    tx.run(
        _SQL["put"],
        {"workspace": tx.workspace_id, "id": segment.id, **_logged(segment), "filter": filter,
         "by": segment.created_by, "created": segment.created_at, "updated": segment.updated_at},
    )  # fmt: skip


def _logged(segment: Segment) -> dict[str, Any]:
    return {
        "name": segment.name, "description": segment.description, "kind": segment.kind,
        "filter": segment.filter,
    }  # fmt: skip
