"""Claiming and releasing a single email, for one client of the bound workspace (D-14, D-25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.accounts.client import Client
from nimbus.db.door import Tx
from nimbus.identity.claim import term


@dataclass(frozen=True, slots=True)
class Claim:
    """`state` is claimed | renewed | held | elsewhere | opted_out; `until` is the end of the
    assignment that counts, be it another's."""

    state: str
    until: datetime | None


def claim_one(tx: Tx, client: Client, key: UUID) -> Claim:
    """From here on no other transaction can claim this email until this one ends."""
    found = tx.one(
        Claim,
        "select state, until from registry_claim(array[%s::uuid], %s, %s, %s, %s)",
        [key, client.id, client.priority, tx.now, term(tx.now, client)],
    )
    assert found  # noqa: S101 - the registry answers each key
    return found


def release_one(tx: Tx, key: UUID) -> None:
    """Let go of what the bound workspace holds of this email; the past stays known."""
    tx.run(
        "select from registry_set_back(array[%s::uuid], array[null::uuid], array[null::smallint], "
        "array[null::timestamptz], '-infinity', %s)",
        [key, tx.now],
    )
