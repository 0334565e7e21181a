"""What is due to a webhook, in order, and what came of each attempt.

The events of a contact go out in order: while one of them waits for its next attempt, the later
ones wait too, and nobody else's. A webhook that fails time and again is parked as a whole (F-29).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from nimbus import operations
from nimbus.access.who import system
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.operation import log
from nimbus.webhooks.send import GONE, Answer
from nimbus.webhooks.webhook import BATCH, Webhook

_SQL = beside(__file__, "delivery.sql")

# Events that are read at once where each is a message of its own.
READ = 50
# Failures in a row after which a webhook is parked, and for how long at most. One that keeps a
# worker's hand waiting for so many seconds is parked at once.
PARK_AFTER, PARK_SECONDS = 5, 300.0
SLOW_SECONDS = 3.0
JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Message:
    """One request: its id, the same at every attempt; the deliveries it carries, of which it is the
    `attempts`th further attempt, and whom they are about."""

    id: str
    body: str
    deliveries: tuple[UUID, ...]
    attempts: int
    contacts: frozenset[UUID]


def due(tx: Tx, hook: Webhook) -> list[Message]:
    """What is to be sent next, in order; a batch is one from now on, whatever comes of it."""
    values = {"workspace": tx.workspace_id, "webhook": hook.id, "now": tx.now}
    if again := tx.rows(_SQL["composed"], values):
        return [_batch(again)]
    rows = tx.rows(_SQL["due"], {**values, "limit": BATCH if hook.mode == "batched" else READ})
    if hook.mode != "batched":
        return [_single(row) for row in rows]
    if not rows:
        return []
    # What failed alone, before batches were asked for, is tried again alone.
    fresh = list(takewhile(lambda row: not row["attempts"], rows))
    if not fresh:
        return [_single(rows[0])]
    message = tx.value("select uuidv7()")
    taken = [row["id"] for row in fresh]
    tx.run(_SQL["compose"], {"workspace": tx.workspace_id, "message": message, "ids": taken})
    return [_batch([{**row, "message_id": message} for row in fresh])]


def note(tx: Tx, hook: Webhook, message: Message, answer: Answer, retries: Sequence[float]) -> bool:
    """Keep what came of an attempt; answers whether the webhook can be sent more at once."""
    if answer.is_good:
        _note(tx, message, answer, "delivered", tx.now)
        tx.run(_SQL["is_well"], _values(tx, hook.id))
        return True
    if message.attempts < len(retries):
        _note(tx, message, answer, "pending", tx.now + _wait(retries[message.attempts]))
    else:
        _note(tx, message, answer, "dead", tx.now)
    if answer.status == GONE:
        stop(tx, hook.id, "The endpoint answered 410 Gone: it wants no more events.")
        return False
    failures: int = tx.value(_SQL["has_failed"], _values(tx, hook.id)) or 0
    parked_before = failures - (1 if answer.seconds >= SLOW_SECONDS else PARK_AFTER)
    if parked_before < 0:
        return True
    pause = min(retries[min(parked_before, len(retries) - 1)], PARK_SECONDS)
    tx.run(_SQL["park"], _values(tx, hook.id, until=tx.now + _wait(pause)))
    return False


def stop(tx: Tx, webhook_id: UUID, why: str) -> None:
    """Turn a webhook off, say why, and give up what waits for it; that can be replayed."""
    if tx.run(_SQL["stop"], _values(tx, webhook_id, why=why)):
        who = system(tx.workspace_id, "Webhooks")
        operation = operations.start(tx, who, "webhook.stop", "worker", subject="webhook",
                                     subject_id=webhook_id, why=why)  # fmt: skip
        log(tx, operation, "webhook", webhook_id, "updated",
            {"is_active": True, "stopped": None}, {"is_active": False, "stopped": why})  # fmt: skip
    tx.run(_SQL["give_up"], _values(tx, webhook_id, why=why))


def next_at(tx: Tx, hook: Webhook) -> datetime | None:
    """When the webhook is to be looked at again; None while nothing waits for it."""
    soonest: datetime | None = tx.value(_SQL["next_at"], _values(tx, hook.id))
    return max(soonest, hook.parked_until) if soonest and hook.parked_until else soonest


def forget(tx: Tx, before: datetime) -> None:
    """Events and their log older than that are gone, whatever became of them."""
    for name in ("forget_deliveries", "forget_events"):
        tx.run(_SQL[name], {"workspace": tx.workspace_id, "before": before})


def _single(row: dict[str, Any]) -> Message:
    about = frozenset([row["contact_id"]] if row["contact_id"] else [])
    return Message(
        ids.show("msg", row["message_id"]), row["payload"], (row["id"],), row["attempts"], about
    )


def _batch(rows: Sequence[dict[str, Any]]) -> Message:
    """A list of events, those of a contact in their order."""
    return Message(
        ids.show("msg", rows[0]["message_id"]),
        f"[{','.join(row['payload'] for row in rows)}]",
        tuple(row["id"] for row in rows),
        rows[0]["attempts"],
        frozenset(row["contact_id"] for row in rows if row["contact_id"]),
    )


def _note(tx: Tx, message: Message, answer: Answer, status: str, following: datetime) -> None:
    tx.run(
        _SQL["note"],
        {
            "workspace": tx.workspace_id, "ids": list(message.deliveries), "status": status,
            "next": following, "now": tx.now, "answered": answer.status, "response": answer.body,
            "error": answer.error, "attempts": message.attempts,
        },
    )  # fmt: skip


def _wait(seconds: float) -> timedelta:
    """About so long: those who failed together do not come back together."""
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311


def _values(tx: Tx, webhook_id: UUID, **more: Any) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, "webhook": webhook_id, **more}
