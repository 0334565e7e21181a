"""Events put in for tests, the way that what sends mail will."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nimbus import operations
from nimbus.access.who import system
from nimbus.db.door import Tx
from nimbus.engagement.append import append
from nimbus.engagement.event import Event, NewEvent


def happen(tx: Tx, *told: tuple[UUID, str] | tuple[UUID, str, float], **more: Any) -> list[Event]:
    """`(contact, type, days ago)` each."""
    operation = operations.start(tx, system(tx.workspace_id, "Mail"), "events.append", "worker")
    return append(
        tx, operation,
        [
            NewEvent(one[0], one[1], _ago(tx, one[2] if len(one) > 2 else 0), "email", **more)
            for one in told
        ],
    )  # fmt: skip


def _ago(tx: Tx, days: float) -> datetime:
    return tx.now - timedelta(days=days)
