"""How the log's companies are shown: by domain or name, their columns by the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import STANDARD
from nimbus.operations.things import Column, Shown


def labels(tx: Tx, company_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The domains, or names, of those that are there."""
    rows = tx.rows(
        "select id, coalesce(domain, name) as label from company "
        "where workspace_id = %s and id = any (%s)",
        [tx.workspace_id, list(company_ids)],
    )
    return {row["id"]: row["label"] for row in rows if row["label"]}


def columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    """In the order of the catalogue."""
    given = {name.partition(".")[0] for name in names}
    return [
        Column(field.key, field.label)
        for field in STANDARD
        if field.thing == "company" and field.column in given
    ]


def href(company_id: UUID) -> str:
    return f"/companies/{ids.show('comp', company_id)}"


SHOWN = Shown("comp", "company", labels, columns, href)
