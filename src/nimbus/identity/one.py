"""Claiming emails one by one or several at a time, for a client of the bound workspace (D-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.accounts.client import Client
from nimbus.db.door import Tx
from nimbus.identity.claim import term


@dataclass(frozen=True, slots=True)
class Claim:
    """`state` is claimed | renewed | held | elsewhere | opted_out; `until` is the end of the
    assignment that counts, be it another's; `holder` whose it is, where it is another client of
    this workspace."""

    state: str
    until: datetime | None
    holder: UUID | None


def claim_one(tx: Tx, client: Client, key: UUID) -> Claim:
    """From here on no other transaction can claim this email until this one ends."""
    return claims(tx, client, [key])[key]


def claims(tx: Tx, client: Client, keys: Sequence[UUID]) -> dict[UUID, Claim]:
    """The same for several emails, in the order of their keys."""
    rows = tx.rows(
        "select email_key, state, until, holder from registry_claim(%s, %s, %s, %s, %s)",
        [sorted(keys), client.id, client.priority, tx.now, term(tx.now, client)],
    )
    return {row["email_key"]: Claim(row["state"], row["until"], row["holder"]) for row in rows}
