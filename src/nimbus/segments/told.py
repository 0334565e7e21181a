"""How the log's segments are shown, and its list members: as the contacts that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from nimbus.contacts.told import SHOWN as CONTACT
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.operations.things import Column, Shown
from nimbus.segments import told_views
from nimbus.segments.read import segments
from nimbus.segments.segment import FIELD

LABELS = {"name": "Name", "description": "Description", "filter": "Filter"}


def labels(tx: Tx, segment_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The names of those that are there."""
    known = segments(tx)
    return {id: known[id].name for id in segment_ids if id in known}


def columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    given = set(names)
    return [Column(name, label) for name, label in LABELS.items() if name in given]


def href(segment_id: UUID) -> str:
    return f"/segments/{ids.show('seg', segment_id)}"


SHOWN = {
    "segment": Shown("seg", "segment", labels, columns, href),
    "saved_view": told_views.SHOWN,
    "segment_member": replace(CONTACT, columns=lambda tx, names: [Column(FIELD, "Segment")]),
}
