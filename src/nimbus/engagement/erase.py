"""Erasing what happened to people, for whoever erases them (D-09)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from nimbus.contacts import engaged
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside

_SQL = beside(__file__, "erase.sql")
_TABLES = ("note", "task", "deal")


def erase(tx: Tx, contact_ids: Sequence[UUID]) -> dict[str, int]:
    """Take events, totals, notes, tasks and deals of these contacts away for good, also out of the
    log; answers how many of each. The keys of events stay: they are digests that tell nothing, and
    keep an old event from coming back."""
    ids = list(contact_ids)
    values = {"workspace": tx.workspace_id, "ids": ids}
    gone = {"event": tx.value("select erase_events(%s::uuid[])", [ids])}
    tx.run(_SQL["total"], values)
    gone |= {name: tx.run(_SQL[name], values) for name in _TABLES}
    engaged.forget(tx, ids)
    return gone
