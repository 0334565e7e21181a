"""How the log's contacts are shown: by email, their columns by the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.operations.things import Column, Shown


def labels(tx: Tx, contact_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The emails of those that are there."""
    rows = tx.rows(
        "select id, email from contact where workspace_id = %s and id = any (%s)",
        [tx.workspace_id, list(contact_ids)],
    )
    return {row["id"]: row["email"] for row in rows}


def columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    """In the order of the catalogue. A part of a map or a list is named with a dot: `custom.…` by
    the field's column, `tags.…` by the tag."""
    given = set(names)
    whole, custom = (
        {name.partition(".")[0] for name in given},
        {name.removeprefix("custom.") for name in given if name.startswith("custom.")},
    )
    return [
        Column(field.key, field.label)
        for field in catalogue(tx)
        if (field.thing == "contact" and field.column and field.column in whole)
        or (field.thing == "custom" and field.column in custom)
    ]


def _href(contact_id: UUID) -> str:
    return f"/contacts/{ids.show('cont', contact_id)}"


SHOWN = Shown("cont", "contact", labels, columns, _href)
