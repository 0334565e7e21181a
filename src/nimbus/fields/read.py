"""The bound workspace's catalogue: the standard fields, its own, and those that rooms offer."""

from __future__ import annotations

from collections.abc import Iterable

from nimbus.db.door import Tx
from nimbus.fields.catalogue import Catalogue
from nimbus.fields.custom import CustomField, custom_field
from nimbus.fields.related import Offer
from nimbus.fields.standard import STANDARD

_offers: list[Offer] = []


def install(offers: Iterable[Offer]) -> None:
    """What the rooms offer for filters; `rooms` installs it at start."""
    _offers[:] = offers


def custom_fields(tx: Tx) -> list[CustomField]:
    """In the order in which people see them."""
    return tx.all(
        CustomField,
        "select id, name, label, field_type, options, fallback, position, created_at, stored_as "
        "from custom_field where workspace_id = %s order by position, id",
        [tx.workspace_id],
    )


def catalogue(tx: Tx) -> Catalogue:
    """Read once per transaction."""
    if "catalogue" not in tx.memory:
        own = [custom_field(row) for row in custom_fields(tx)]
        related = [field for offer in _offers for field in offer.fields(tx)]
        made = tuple(offer.find for offer in _offers)
        tx.memory["catalogue"] = Catalogue((*STANDARD, *own, *related), made)
    found: Catalogue = tx.memory["catalogue"]
    return found
