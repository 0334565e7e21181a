"""What the filters of webhooks name, and how they follow when a value gets another name (G-31,
G-33)."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg.types.json import Jsonb

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters.stored import names, rewritten
from nimbus.operations import Operation
from nimbus.operations.references import Reference, Thing
from nimbus.operations.rename import Renamed
from nimbus.webhooks.read import webhooks

_SQL = beside(__file__, "webhook.sql")


def references(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """The webhooks whose filter names a field, an option, a tag or a segment."""
    for hook in webhooks(tx):
        if hook.filter is not None and names(hook.filter, thing):
            yield Reference("webhook", hook.shown_id, hook.url)


def rewrite(tx: Tx, operation: Operation, renamed: Renamed) -> None:
    """Filters of webhooks have the new name of a value."""
    filters = {
        hook.id: new
        for hook in webhooks(tx)
        if hook.filter is not None and (new := rewritten(hook.filter, renamed)) != hook.filter
    }
    if filters:
        once = sorted(filters)
        values = {
            "workspace": tx.workspace_id, "operation": operation.id, "now": tx.now, "ids": once,
            "filters": [Jsonb(filters[id]) for id in once],
        }  # fmt: skip
        tx.run(_SQL["rewrite"], values)
