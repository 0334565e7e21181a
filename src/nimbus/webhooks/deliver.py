"""Delivery: one job per webhook that goes through what is due, message by message (design idea 6).

Before an attempt nothing is written but which events make a batch; after it, what came of it. So a
worker that is killed in between has the message sent again under the same id: at least once, and
once for a receiver that knows ids again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from standardwebhooks import Webhook as Signer

from nimbus import clock
from nimbus.db.door import Tx
from nimbus.db.secrets import Secrets
from nimbus.jobs import Context, defer_once, stopping, task
from nimbus.problems import Problem
from nimbus.webhooks import delivery
from nimbus.webhooks.address import rules_of
from nimbus.webhooks.delivery import Message
from nimbus.webhooks.read import active
from nimbus.webhooks.send import Answer, Sender
from nimbus.webhooks.signing import headers, signers
from nimbus.webhooks.webhook import Webhook

# A webhook leaves the worker's hand to others after so long, and goes on when it is its turn again.
TURN_SECONDS = 20.0


def wake(tx: Tx, webhook_id: UUID) -> None:
    """Have the webhook look for what is due once this transaction has committed."""
    defer_once(tx, deliver, _lock(webhook_id), webhook_id=str(webhook_id))


@task("webhooks.deliver", outside=True)
def deliver(context: Context, webhook_id: str) -> None:
    """Send what is due to a webhook, until nothing is, it is parked, or its turn is over."""
    hook_id, until = UUID(webhook_id), time.monotonic() + TURN_SECONDS
    with Sender(rules_of(context.instance.settings)) as sender:
        while not _is_over(until):
            turn = context.attempt(lambda tx: _next(tx, context.instance.secrets, hook_id))
            if turn is None:
                return
            _send(context, sender, turn, until)
    context.attempt(lambda tx: wake(tx, hook_id))


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is to be sent to a webhook now, in order."""

    hook: Webhook
    signed_by: list[Signer]
    messages: list[Message]


def _next(tx: Tx, secrets: Secrets, webhook_id: UUID) -> _Turn | None:
    """None when nothing is to be sent now; then the webhook is looked at again when it is time."""
    for hook in active(tx, webhook_id):
        try:
            signed_by = signers(secrets, tx.workspace_id, hook, tx.now)
        except Problem as problem:
            delivery.stop(tx, hook.id, problem.message)
            return None
        parked = hook.parked_until is not None and hook.parked_until > tx.now
        if not parked and (messages := delivery.due(tx, hook)):
            return _Turn(hook, signed_by, messages)
        come_back(tx, hook)
    return None


def _send(context: Context, sender: Sender, turn: _Turn, until: float) -> None:
    retries = context.instance.settings.webhooks_retries
    # People of whom an event could not be delivered: their later ones wait for it.
    waiting: set[UUID] = set()
    for message in turn.messages:
        if message.contacts & waiting:
            continue
        if _is_over(until):
            return
        signature = headers(turn.signed_by, message.id, clock.now(), message.body)
        answer = sender.send(turn.hook.url, message.body, signature)
        if not context.attempt(partial(_note, turn.hook, message, answer, retries)):
            return
        if not answer.is_good:
            waiting |= message.contacts


def _note(
    hook: Webhook, message: Message, answer: Answer, retries: Sequence[float], tx: Tx
) -> bool:  # fmt: skip
    return delivery.note(tx, hook, message, answer, retries)


def come_back(tx: Tx, hook: Webhook) -> None:
    """Have the webhook looked at when the next of its attempts is due, or at once if it is."""
    at = delivery.next_at(tx, hook)
    if at:
        defer_once(tx, deliver, _lock(hook.id), at=max(at, tx.now), webhook_id=str(hook.id))


def _is_over(until: float) -> bool:
    return stopping.is_set() or time.monotonic() > until


def _lock(webhook_id: UUID) -> str:
    # Its runners come one after the other.
    return f"webhook:{webhook_id}"
