"""What the filters of webhooks name, and how they follow when a value gets another name (G-31,
G-33)."""

from __future__ import annotations

from collections.abc import Iterator

from nimbus.db.door import Tx
from nimbus.filters.rewrite import rewrite as rewrite_filters
from nimbus.filters.stored import names
from nimbus.operations import Operation
from nimbus.operations.references import Reference, Thing
from nimbus.operations.rename import Renamed
from nimbus.webhooks.read import webhooks


def references(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """The webhooks whose filter names a field, an option, a tag or a segment."""
    for hook in webhooks(tx):
        if hook.filter is not None and names(hook.filter, thing):
            yield Reference("webhook", hook.shown_id, hook.url)


def rewrite(tx: Tx, operation: Operation, renamed: Renamed) -> None:
    """Filters of webhooks have the new name of a value."""
    kept = {hook.id: hook.filter for hook in webhooks(tx)}
    rewrite_filters(tx, operation, "webhook", kept, renamed)
