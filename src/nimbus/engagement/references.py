"""What waits for a contact: its open tasks and deals (S4-15, G-33)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.deal import ENDS
from nimbus.operations.references import Reference, Thing

_SQL = beside(__file__, "references.sql")


def find(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """Each of them by its title or name."""
    if thing.kind != "contact":
        return
    values = {"workspace": tx.workspace_id, "contact": UUID(thing.id), "ends": list(ENDS)}
    for row in tx.rows(_SQL["open"], values):
        yield Reference(row["kind"], ids.show(row["kind"], row["id"]), row["name"])
