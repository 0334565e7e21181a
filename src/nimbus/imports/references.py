"""What of imports uses a field: saved mappings, and imports that are not over (G-33)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.read import catalogue
from nimbus.imports.import_job import OVER
from nimbus.operations.references import Reference, Thing

_SQL = beside(__file__, "references.sql")


def find(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """Mappings that have a column go to the field; imports that are going to fill it, be it by a
    default, which hold up a change of its values."""
    if thing.kind != "custom_field":
        return
    field = catalogue(tx).by_id(UUID(thing.id))
    if field is None:
        return
    values = {"workspace": tx.workspace_id, "ref": thing.id, "key": field.key, "over": list(OVER)}
    for row in tx.rows(_SQL["mappings"], values):
        yield Reference("field_mapping", ids.show("fm", row["id"]), row["name"])
    for row in tx.rows(_SQL["imports"], values):
        yield Reference("import", ids.show("imp", row["id"]), row["name"])
