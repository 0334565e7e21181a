"""How the log's saved views are shown: those that one keeps for oneself without what they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.audit import Change
from nimbus.operations.things import Column, Shown
from nimbus.segments.read_views import all_views

_SQL = beside(__file__, "told_views.sql")

LABELS = {
    "name": "Name", "is_shared": "Shared", "filter": "Filter", "search": "Search", "sort": "Order",
    "columns": "Columns", "widths": "Widths",
}  # fmt: skip
PRIVATE = "A private view"
# What is told instead of what somebody calls a view of theirs, and of whom they look for in it.
INSTEAD = {"name": PRIVATE, "filter": "Private", "search": "Private"}

# Since which change a view is shared, or is not: by their ids, in order.
Times = tuple[list[UUID], list[bool]]


def labels(tx: Tx, view_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    names = {view.id: view.name if view.is_shared else PRIVATE for view in all_views(tx)}
    return {id: names[id] for id in view_ids if id in names}


def columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    given = set(names)
    return [Column(name, label) for name, label in LABELS.items() if name in given]


def veil(tx: Tx, changes: Sequence[Change]) -> list[Change]:
    """Each value is told as long as the view was shared with it: by the log, which says whenever
    that changed."""
    times: dict[UUID, Times] = {}
    values = {"workspace": tx.workspace_id, "ids": [change.thing_id for change in changes]}
    for row in tx.rows(_SQL["sharing"], values):
        since, shared = times.setdefault(row["thing_id"], ([], []))
        since.append(row["id"])
        shared.append(row["is_shared"])
    return [_veiled(change, *times.get(change.thing_id, ([], []))) for change in changes]


def _veiled(change: Change, since: list[UUID], shared: list[bool]) -> Change:
    at = bisect_right(since, change.id)
    now = at > 0 and shared[at - 1]
    # What was said before this change was so under the sharing before it.
    before = at - 1 if at and since[at - 1] == change.id else at
    was = before > 0 and shared[before - 1]
    return replace(
        change,
        before=change.before if was else _instead(change.before),
        after=change.after if now else _instead(change.after),
        why=change.why if now else None,
    )


def _instead(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return values and {
        name: INSTEAD[name] if name in INSTEAD and value else value
        for name, value in values.items()
    }


SHOWN = Shown(
    "view", "saved view", labels, columns,
    lambda id: f"/contacts?view={ids.show('view', id)}", veil,
)  # fmt: skip
