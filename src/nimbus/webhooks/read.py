"""Reading webhooks and the log of their deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.webhooks.webhook import Status, Webhook

_SQL = beside(__file__, "webhook.sql")

# The log is counted up to here.
COUNT_BUDGET = 10_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to a webhook, and what came of the last attempt."""

    id: UUID
    event_id: UUID
    event_type: str
    contact_id: UUID | None
    status: Status
    message_id: UUID | None
    attempts: int
    next_at: datetime | None
    created_at: datetime
    tried_at: datetime | None
    response_status: int | None
    response: str | None
    error: str | None


def webhooks(tx: Tx) -> list[Webhook]:
    """All of the workspace, oldest first."""
    return _read(tx)


def active(tx: Tx, webhook_id: UUID | None = None) -> list[Webhook]:
    """Those that events go to, or the one of them of that id; what every transaction that changed
    something asks."""
    return _read(tx, webhook_id, active=True)


def find(tx: Tx, webhook_id: UUID, *, lock: bool = False) -> Webhook:
    """One of them, locked against others who change it. Raises Problem(not_found)."""
    if lock:
        tx.run(_SQL["lock"], {"workspace": tx.workspace_id, "id": webhook_id})
    for found in _read(tx, webhook_id):
        return found
    raise ids.missing("hook")


def deliveries(
    tx: Tx, webhook_id: UUID, *, status: Status | None = None, before: UUID | None = None,
    limit: int = 50, delivery_id: UUID | None = None,
) -> list[Delivery]:  # fmt: skip
    """The newest before the one named `before`, or the one of that id alone."""
    return tx.all(
        Delivery,
        _SQL["deliveries"],
        {
            "workspace": tx.workspace_id, "webhook": webhook_id, "status": status,
            "before": before, "id": delivery_id, "limit": limit,
        },
    )  # fmt: skip


def count_deliveries(tx: Tx, webhook_id: UUID, status: Status | None) -> int:
    """How many there are; `COUNT_BUDGET + 1` says that there are more than that."""
    count: int = tx.value(
        _SQL["count_deliveries"],
        {
            "workspace": tx.workspace_id, "webhook": webhook_id, "status": status,
            "limit": COUNT_BUDGET + 1,
        },
    )  # fmt: skip
    return count


def _read(tx: Tx, webhook_id: UUID | None = None, *, active: bool = False) -> list[Webhook]:
    values = {"workspace": tx.workspace_id, "id": webhook_id, "active": active}
    return tx.all(Webhook, _SQL["all"], values)
