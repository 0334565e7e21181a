"""What webhooks tell of an import: that it is complete, with the import as the API shows it."""

from __future__ import annotations

from collections.abc import Iterator

from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.imports.find import find
from nimbus.imports.shown import shown
from nimbus.operations.operation import Changed
from nimbus.webhooks.event import Actor, Announcement
from nimbus.webhooks.webhook import IMPORT_COMPLETED


def announce(tx: Tx, told: Changed) -> Iterator[Announcement]:
    """The completion of an import; nothing of any other change."""
    if (told.thing, told.kind) != ("import", "completed"):
        return
    for import_id in told.ids:
        found = find(tx, import_id)
        yield Announcement(
            IMPORT_COMPLETED, import_id, found.operation_id,
            Actor(found.created_by_kind, found.created_by_id, found.created_by),
            shown(found, catalogue(tx), worker=True),
        )  # fmt: skip
