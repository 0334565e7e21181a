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


# So many characters of them are remembered at most: fields with thousands of options are rare, and
# a thousand of them would fill the memory.
REMEMBERED = 20_000


def install(offers: Iterable[Offer]) -> None:
    """What the rooms offer for filters; `rooms` installs it at start."""
    _offers[:] = offers


def custom_fields(tx: Tx) -> list[CustomField]:
    """In the order in which people see them."""
    return _read(_told(tx))


def forget(tx: Tx) -> None:
    """Whoever changes fields says so: what was read before does not hold any more."""
    tx.memory.pop("catalogue", None)
    tx.memory.pop(OWN.key, None)


def catalogue(tx: Tx) -> Catalogue:
    """Read once per transaction."""
    if "catalogue" not in tx.memory:
        told = _told(tx)
        own = _remembered(told) if len(told) <= REMEMBERED else _stored(told)
        related = [field for offer in _offers for field in offer.fields(tx)]
        made = tuple(offer.find for offer in _offers)
        tx.memory["catalogue"] = Catalogue((*own, *related), made)
    found: Catalogue = tx.memory["catalogue"]
    return found


def _told(tx: Tx) -> str:
    told: str = tx.memory.get(OWN.key) or tx.value(OWN.statement)
    return told


def _stored(told: str) -> tuple[Field, ...]:
    return (*STANDARD, *(custom_field(row) for row in _read(told)))


# Most requests find the fields as the one before did.
_remembered = lru_cache(maxsize=1_000)(_stored)


def _read(told: str) -> list[CustomField]:
    return msgspec.json.decode(told, type=list[CustomField])
