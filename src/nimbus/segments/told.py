"""How the log's segments are shown, and its list members: as the contacts that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from nimbus.contacts.told import SHOWN as CONTACT
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.operations.things import Column, Shown
from nimbus.segments.read import segments
from nimbus.segments.read_views import all_views
from nimbus.segments.segment import FIELD

LABELS = {"name": "Name", "description": "Description", "filter": "Filter"}


def labels(tx: Tx, segment_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The names of those that are there."""
    known = segments(tx)
    return {id: known[id].name for id in segment_ids if id in known}


def columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    given = set(names)
    return [Column(name, label) for name, label in LABELS.items() if name in given]


VIEW_LABELS = {
    "name": "Name", "is_shared": "Shared", "filter": "Filter", "search": "Search", "sort": "Order",
    "columns": "Columns", "widths": "Widths",
}  # fmt: skip


def view_labels(tx: Tx, view_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """What people call their own views is for nobody else."""
    names = {view.id: view.name if view.is_shared else "A private view" for view in all_views(tx)}
    return {id: names[id] for id in view_ids if id in names}


def view_columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    given = set(names)
    return [Column(name, label) for name, label in VIEW_LABELS.items() if name in given]


def href(segment_id: UUID) -> str:
    return f"/segments/{ids.show('seg', segment_id)}"


SHOWN = {
    "segment": Shown("seg", "segment", labels, columns, href),
    "saved_view": Shown(
        "view",
        "saved view",
        view_labels,
        view_columns,
        lambda id: f"/contacts?view={ids.show('view', id)}",
    ),
    "segment_member": replace(CONTACT, columns=lambda tx, names: [Column(FIELD, "Segment")]),
}
