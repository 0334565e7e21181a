"""Webhooks in the words of their pages: how one is, and what became of an event."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from nimbus.web import parts
from nimbus.webhooks.read import Delivery
from nimbus.webhooks.webhook import Mode, Status, Webhook

MODES: dict[Mode, tuple[str, str]] = {
    "each": ("One by one", "A request for every event, at once."),
    "batched": ("In batches", "A request has a list of up to 500 events."),
    "digest": (
        "One by one, imports as a whole",
        "What an import changes is told by import.completed alone.",
    ),
}
# What became of an event: its word and its tone.
STATES: dict[Status, tuple[str, str]] = {
    "pending": ("Waiting", "grey"),
    "delivered": ("Delivered", "green"),
    "dead": ("Given up", "red"),
}


@dataclass(frozen=True, slots=True)
class State:
    """A word, its tone, and why."""

    word: str
    tone: str
    why: str


def state_of(hook: Webhook, now: datetime) -> State:
    if hook.stopped:
        return State("Stopped", "red", hook.stopped)
    if not hook.is_active:
        return State("Paused", "grey", "New events do not go there until it goes on.")
    if hook.is_parked(now):
        return State("Resting", "amber", "It failed time and again, and is left alone for a while.")
    if hook.failures:
        return State("Failing", "amber", "The last attempt failed.")
    return State("On", "green", "Events go there as they happen.")


def became(one: Delivery) -> State:
    """What became of an event so far."""
    word, tone = STATES[one.status]
    if one.status == "pending" and one.attempts:
        return State("Tries again", "amber", one.error or f"It was answered {one.response_status}.")
    return State(word, tone, one.error or "")


def mode_options() -> list[parts.Option]:
    return [parts.Option(mode, label, help) for mode, (label, help) in MODES.items()]


def pretty(payload: str) -> str:
    """An event as people read it."""
    return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
