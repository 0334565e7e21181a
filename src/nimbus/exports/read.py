"""Finding exports."""

from __future__ import annotations

from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.exports.export import Export

SQL = beside(__file__, "exports.sql")


def find(tx: Tx, export_id: UUID) -> Export:
    """Raises Problem(not_found)."""
    found = tx.one(Export, SQL["find"], {"workspace": tx.workspace_id, "id": export_id})
    if found is None:
        raise ids.missing("exp")
    return found


def recent(tx: Tx, limit: int = 100) -> list[Export]:
    """Newest first."""
    return tx.all(Export, SQL["recent"], {"workspace": tx.workspace_id, "limit": limit})
