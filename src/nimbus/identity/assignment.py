"""The bound workspace's assignments of emails: those it had, let go of, passed on (S0-59, D-25)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.accounts.client import Client
from nimbus.db.door import Tx
from nimbus.identity.claim import term


@dataclass(frozen=True, slots=True)
class Held:
    """One assignment of an email to a client of this workspace."""

    client_id: UUID
    priority: int
    valid_from: datetime
    valid_until: datetime


def history(tx: Tx, key: UUID) -> list[Held]:
    """All that this workspace ever held of an email, newest first; nothing of any other (D-15)."""
    return tx.all(Held, "select * from registry_history(%s)", [key])


def elsewhere_until(tx: Tx, key: UUID, client_id: UUID) -> datetime | None:
    """The end of the assignment that keeps this client from an email, of another workspace only
    its day; None where it is free, or the client's own."""
    found: datetime | None = tx.value(
        "select until from registry_peek(array[%s::uuid], %s, %s) where state = 'elsewhere'",
        [key, client_id, tx.now],
    )
    return found


def release(tx: Tx, keys: Sequence[UUID]) -> None:
    """Let go of what the workspace holds of these emails; the past stays known."""
    tx.run(
        "select from registry_set_back(%(keys)s, array_fill(null::uuid, %(size)s), "
        "array_fill(null::smallint, %(size)s), array_fill(null::timestamptz, %(size)s), "
        "'-infinity', %(now)s)",
        {"keys": sorted(keys), "size": [len(keys)], "now": tx.now},
    )


def transfer(tx: Tx, client: Client, keys: Sequence[UUID]) -> dict[UUID, datetime]:
    """Give to a client what other clients of the workspace hold of these emails, with nobody in
    between; answers until when, per email that went over."""
    rows = tx.rows(
        "select email_key, until from registry_transfer(%s, %s, %s, %s, %s)",
        [sorted(keys), client.id, client.priority, tx.now, term(tx.now, client)],
    )
    return {row["email_key"]: row["until"] for row in rows}


def prioritise(tx: Tx, priorities: Mapping[UUID, int]) -> dict[UUID, int]:
    """Another priority for what the workspace holds of these emails; answers the one before, per
    email that had another."""
    rows = tx.rows(
        "select email_key, before from registry_prioritise(%s, %s, %s)",
        [list(priorities), list(priorities.values()), tx.now],
    )
    return {row["email_key"]: row["before"] for row in rows}
