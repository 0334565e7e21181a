"""The bound workspace's catalogue: the standard fields and its own."""

from __future__ import annotations

from nimbus.db.door import Tx
from nimbus.fields.catalogue import Catalogue
from nimbus.fields.custom import CustomField, custom_field


def custom_fields(tx: Tx) -> list[CustomField]:
    """In the order in which people see them."""
    return tx.all(
        CustomField,
        "select id, name, label, field_type, options, fallback, position, created_at "
        "from custom_field where workspace_id = %s order by position, id",
        [tx.workspace_id],
    )


def catalogue(tx: Tx) -> Catalogue:
    """Read once per transaction."""
    if "catalogue" not in tx.memory:
        tx.memory["catalogue"] = Catalogue.of(custom_field(row) for row in custom_fields(tx))
    found: Catalogue = tx.memory["catalogue"]
    return found
