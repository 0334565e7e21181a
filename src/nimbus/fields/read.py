"""The bound workspace's catalogue: the standard fields, its own, and those that rooms offer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from nimbus.db.door import Ahead, Tx
from nimbus.fields.catalogue import Catalogue
from nimbus.fields.custom import CustomField, custom_field
from nimbus.fields.field import Field
from nimbus.fields.related import Offer
from nimbus.fields.standard import STANDARD

_offers: list[Offer] = []
# As one text, by which a workspace's fields are known again from one request to the next.
OWN = Ahead("custom_fields", "select own_fields()")


def install(offers: Iterable[Offer]) -> None:
    """What the rooms offer for filters; `rooms` installs it at start."""
    _offers[:] = offers


def custom_fields(tx: Tx) -> list[CustomField]:
    """In the order in which people see them."""
    return list(_read(tx.value(OWN.statement)))


def catalogue(tx: Tx) -> Catalogue:
    """Read once per transaction."""
    if "catalogue" not in tx.memory:
        told = tx.memory.pop(OWN.key, None) or tx.value(OWN.statement)
        related = [field for offer in _offers for field in offer.fields(tx)]
        made = tuple(offer.find for offer in _offers)
        tx.memory["catalogue"] = Catalogue((*_stored(told), *related), made)
    found: Catalogue = tx.memory["catalogue"]
    return found


# Most requests find the fields as the one before did.
@lru_cache(maxsize=1_000)
def _stored(told: str) -> tuple[Field, ...]:
    return (*STANDARD, *(custom_field(row) for row in _read(told)))


def _read(told: str) -> list[CustomField]:
    return msgspec.json.decode(told, type=list[CustomField])
