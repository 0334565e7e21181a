"""How the log's suppressed emails and domains are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.operations.things import Column, Shown
from nimbus.suppression.lists import LISTS, Listing


def _shown(listing: Listing) -> Shown:
    def labels(tx: Tx, entries: Sequence[UUID]) -> Mapping[UUID, str]:
        values = {"workspace": tx.workspace_id, "ids": list(entries)}
        return {row["id"]: row["name"] for row in tx.rows(listing.sql["names"], values)}

    return Shown(listing.prefix, f"suppressed {listing.noun}", labels, _columns)


def _columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    return [Column(name, name.capitalize()) for name in sorted(names)]


SHOWN = {listing.table: _shown(listing) for listing in LISTS.values()}
