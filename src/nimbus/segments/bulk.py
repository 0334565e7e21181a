"""Putting many contacts on a static list and taking them off it (S0-64, S0-65)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.operations import Operation
from nimbus.operations.bulk import Action, Left, Options, Stored
from nimbus.problems import invalid
from nimbus.segments import read
from nimbus.segments.segment import refuse_dynamic
from nimbus.segments.write_members import STATEMENTS, hold
from nimbus.web.parts import Option
from nimbus.web.values import an_id


class ListOptions(Options):
    segment_id: Annotated[str, an_id("seg", "The static list, `seg_…`.")]


def _check(tx: Tx, who: Who, given: ListOptions) -> Stored:
    at = "options.segment_id"
    segment = read.segments(tx).get(ids.read("seg", given.segment_id, at))
    if segment is None:
        raise invalid("There is no such list in this workspace.", at)
    refuse_dynamic(segment)
    return {"segment_id": str(segment.id), "name": segment.name}


def _put(tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored) -> list[Left]:
    rows = _carried_out(tx, "add", operation, contacts, options)
    left = _missing(contacts, rows)
    for id, row in rows.items():
        if row["is_deleted"]:
            left.append(Left(id, "failed", "in_trash"))
        elif not row["done"]:
            left.append(Left(id, "unchanged"))
    return left


def _take(tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored) -> list[Left]:
    rows = _carried_out(tx, "remove", operation, contacts, options)
    left = _missing(contacts, rows)
    return left + [Left(id, "unchanged", "not_on_list") for id, row in rows.items()
                   if not row["done"]]  # fmt: skip


def _carried_out(
    tx: Tx, statement: LiteralString, operation: Operation, contacts: Sequence[UUID],
    options: Stored,
) -> dict[UUID, dict[str, bool]]:  # fmt: skip
    """Raises Problem(not_found) for a list that was deleted meanwhile."""
    segment = read.one(tx, UUID(options["segment_id"]))
    hold(tx, segment.id)
    values = {
        "workspace": tx.workspace_id, "segment": segment.id, "operation": operation.id,
        "by": operation.who.name, "now": tx.now, "ids": list(contacts),
        "what": Jsonb({"segment_id": str(segment.id)}),
    }  # fmt: skip
    return {row["id"]: row for row in tx.rows(STATEMENTS[statement], values)}


def _lists(tx: Tx, given: Mapping[str, str]) -> Mapping[str, Any]:
    found = [one for one in read.segments(tx).values() if one.kind == "static"]
    return {"lists": [Option(one.shown_id, one.name) for one in found]}


def _missing(contacts: Sequence[UUID], rows: Iterable[UUID]) -> list[Left]:
    return [Left(id, "failed", "not_found") for id in set(contacts) - set(rows)]


ACTIONS = (
    Action(
        "add_to_segment", "Add to list", "plus", "segments:write", ListOptions, _check,
        lambda options, people: f"Put {people} on the list {options['name']}", _put,
        "segments/bulk_list.html", _lists, verb="Add {} to the list",
    ),
    Action(
        "remove_from_segment", "Take off list", "minus", "segments:write", ListOptions, _check,
        lambda options, people: f"Take {people} off the list {options['name']}", _take,
        "segments/bulk_list.html", _lists, verb="Take {} off the list",
    ),
)  # fmt: skip
