"""How the log's personalization is shown: as that of a contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.enrichment.personalization import NAME, PERSONALIZATION
from nimbus.operations.things import Column, Shown


def labels(tx: Tx, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The emails of those whose it is."""
    rows = tx.rows(
        "select p.id, c.email from personalization p "
        "join contact c on c.workspace_id = p.workspace_id and c.id = p.contact_id "
        "where p.workspace_id = %s and p.id = any (%s)",
        [tx.workspace_id, list(ids)],
    )
    return {row["id"]: row["email"] for row in rows}


def columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    given = set(names)
    return [Column(name, name.capitalize()) for name in PERSONALIZATION.columns if name in given]


SHOWN = {NAME: Shown("pers", "personalization", labels, columns)}
