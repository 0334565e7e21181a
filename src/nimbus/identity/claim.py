"""Asking and claiming the emails of a batch, for one client of the bound workspace (D-14, D-29)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from nimbus.accounts.client import Client
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside

_SQL = beside(__file__, "claim.sql")


def peek(tx: Tx, client: Client, *, few: bool = False) -> None:
    """Fill `claim` with free | mine | mine_expired | elsewhere | opted_out per email of `batch`;
    of so `few` that the planner need not know them."""
    _ready(tx)
    tx.run(_SQL["peek"], {"client": client.id, "now": tx.now})
    if not few:
        tx.run(_SQL["analyze"])


def claim(tx: Tx, client: Client, *, few: bool = False) -> None:
    """Fill `claim` with claimed | renewed | held | elsewhere | opted_out per email of `batch`.

    From here on no other transaction can claim these emails until this one ends.
    """
    _ready(tx)
    tx.run(
        _SQL["claim"],
        {"client": client.id, "priority": client.priority, "now": tx.now,
         "until": term(tx.now, client)},
    )  # fmt: skip
    if not few:
        tx.run(_SQL["analyze"])


def term(now: datetime, client: Client) -> datetime:
    """When a claim made now ends (D-25)."""
    return now + timedelta(days=client.assignment_days)


def _ready(tx: Tx) -> None:
    tx.run(_SQL["make_claim"])
    tx.run(_SQL["forget"])


def holder_name(tx: Tx, holder: UUID | None) -> str | None:
    """The holding client's name, known only within its own workspace (D-15)."""
    if holder is None:
        return None
    name: str | None = tx.value(
        "select name from client where workspace_id = %s and id = %s", [tx.workspace_id, holder]
    )
    return name
