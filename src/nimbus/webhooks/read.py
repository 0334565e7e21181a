"""Reading webhooks and the log of their deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside, together
from nimbus.webhooks.webhook import Status, Webhook

_SQL = beside(__file__, "webhook.sql")

# The log is counted up to here.
COUNT_BUDGET = 10_000
_ONLY: dict[Status | None, sql.SQL] = {
    None: sql.SQL(""),
    "pending": sql.SQL("and d.status = 'pending'"),
    "delivered": sql.SQL("and d.status = 'delivered'"),
    "dead": sql.SQL("and d.status = 'dead'"),
}


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

    @property
    def shown_id(self) -> str:
        return ids.show("dlv", self.id)


@dataclass(frozen=True, slots=True)
class Last:
    """What became of the newest event of a webhook."""

    webhook_id: UUID
    status: Status
    created_at: datetime
    tried_at: datetime | None


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
    values = {
        "workspace": tx.workspace_id, "webhook": webhook_id, "before": before, "id": delivery_id,
        "limit": limit,
    }  # fmt: skip
    return tx.all(Delivery, together(_SQL["deliveries"], only=_ONLY[status]), values)


def find_delivery(tx: Tx, webhook_id: UUID, delivery_id: UUID) -> Delivery:
    """Raises Problem(not_found), also for another webhook's."""
    for found in deliveries(tx, webhook_id, delivery_id=delivery_id, limit=1):
        return found
    raise ids.missing("dlv")


def payload(tx: Tx, event_id: UUID) -> str | None:
    """The event as it is sent; None once the person whom it told of is erased."""
    said: str | None = tx.value(
        _SQL["payload"], {"workspace": tx.workspace_id, "event": event_id}
    )  # fmt: skip
    return said


def last_deliveries(tx: Tx) -> dict[UUID, Last]:
    """The newest of each webhook that was told anything in the last 30 days."""
    found = tx.all(Last, _SQL["last_deliveries"], {"workspace": tx.workspace_id})
    return {one.webhook_id: one for one in found}


def count_deliveries(tx: Tx, webhook_id: UUID, status: Status | None) -> int:
    """How many there are; `COUNT_BUDGET + 1` says that there are more than that."""
    values = {"workspace": tx.workspace_id, "webhook": webhook_id, "limit": COUNT_BUDGET + 1}
    count: int = tx.value(together(_SQL["count_deliveries"], only=_ONLY[status]), values)
    return count


def _read(tx: Tx, webhook_id: UUID | None = None, *, active: bool = False) -> list[Webhook]:
    values = {"workspace": tx.workspace_id, "id": webhook_id, "active": active}
    return tx.all(Webhook, _SQL["all"], values)
