"""Putting contacts on a static list and taking them off it (S0-64, S0-65, S1-69, D-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.contacts.read import led_on
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.erasing import Person
from nimbus.problems import invalid
from nimbus.segments.segment import Segment, refuse_dynamic

_SQL = STATEMENTS = beside(__file__, "write_members.sql")

# So many contacts can be named in one operation (D-11).
MOST = 10_000

Result = Literal["added", "removed", "already", "in_trash", "not_found"]


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of each contact that was named, and the operation under which it is logged."""

    operation: UUID
    added: Mapping[UUID, Result]
    removed: Mapping[UUID, Result]


def change_members(
    tx: Tx, who: Who, segment: Segment, add: Sequence[UUID], remove: Sequence[UUID], *, through: str
) -> Changed:
    """`already` is who is on the list, or off it, as it was wanted; an id that was merged away is
    told what became of the contact that lives on (G-14). Raises Problem(conflict) for a dynamic
    segment, Problem(not_found) for one that was just deleted, and Problem when there are too many
    or one is to come and to go."""
    refuse_dynamic(segment)
    hold(tx, segment.id)
    if len(add) + len(remove) > MOST:
        raise invalid(f"Name at most {MOST:,} contacts at once.", "add" if add else "remove")
    adding, removing = (dict(zip(named, led_on(tx, named), strict=True)) for named in (add, remove))
    if both := {*adding.values()} & {*removing.values()}:
        at = next(i for i, id in enumerate(remove) if removing[id] in both)
        raise invalid("This contact is to be added as well.", f"remove[{at}]")
    operation = operations.start(
        tx, who, "segment.members", through, subject="segment", subject_id=segment.id,
        why=segment.name,
    )  # fmt: skip
    values = {
        "workspace": tx.workspace_id, "segment": segment.id, "operation": operation.id,
        "by": who.name, "now": tx.now, "what": Jsonb({"segment_id": str(segment.id)}),
    }  # fmt: skip
    added = _carried_out(tx, "add", values, adding, "added")
    removed = _carried_out(tx, "remove", values, removing, "removed")
    return Changed(operation.id, added, removed)


def hold(tx: Tx, segment_id: UUID) -> None:
    """Keep a list until the end of the transaction. Raises Problem(not_found) for one that was just
    deleted."""
    if not tx.value(_SQL["hold"], {"workspace": tx.workspace_id, "segment": segment_id}):
        raise ids.missing("seg")


def _carried_out(
    tx: Tx, statement: str, values: Mapping[str, object], meant: Mapping[UUID, UUID], done: Result
) -> dict[UUID, Result]:
    """The result of each id of `meant`, which says whom it leads to, in its order."""
    if not meant:
        return {}
    once = list({*meant.values()})
    rows = {row["id"]: row for row in tx.rows(_SQL[statement], {**values, "ids": once})}
    results: dict[UUID, Result] = {}
    for id, leads_to in meant.items():
        row = rows.get(leads_to)
        if row is None:
            results[id] = "not_found"
        elif row["done"]:
            results[id] = done
        else:
            results[id] = "in_trash" if row["is_deleted"] and done == "added" else "already"
    return results


def erase(tx: Tx, person: Person) -> None:
    """Whoever is erased is on no list any more."""
    tx.run(_SQL["erase"], {"workspace": tx.workspace_id, "ids": list(person.contacts)})
