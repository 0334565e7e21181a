"""The timeline of a contact in words: a line per event, the types to choose from (S0-16, S2-32)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.contacts.panels import TabOffer
from nimbus.engagement.event import TYPES

TAB = TabOffer("Timeline", "timeline")

# Icon and tone of each type.
SIGNS: dict[str, tuple[str, str]] = {
    "sent": ("send", "grey"),
    "delivered": ("check", "grey"),
    "opened": ("mail-open", "blue"),
    "clicked": ("mouse-pointer-click", "blue"),
    "replied": ("message-square", "green"),
    "bounced": ("circle-x", "red"),
    "unsubscribed": ("ban", "red"),
    "meeting_booked": ("calendar", "green"),
    "task_completed": ("circle-check", "green"),
    "call": ("phone", "grey"),
    "meeting": ("users", "green"),
    "note": ("file-text", "grey"),
    "form_submitted": ("list-checks", "blue"),
    "deal_created": ("star", "blue"),
    "deal_won": ("star", "green"),
    "deal_lost": ("star", "red"),
}
# What is told of an event beside its type, in this order.
_TOLD = ("title", "name", "subject", "form", "url", "outcome", "kind")


@dataclass(frozen=True, slots=True)
class Line:
    """One event: its words, what it was about, and the text that somebody wrote."""

    icon: str
    tone: str
    words: str
    about: str | None
    text: str | None
    by: str | None
    at: datetime


def lines(events: Iterable[Mapping[str, Any]], notes: Mapping[UUID, str]) -> Iterator[Line]:
    for event in events:
        icon, tone = SIGNS[event["type"]]
        yield Line(
            icon, tone, TYPES[event["type"]], _about(event["data"]), _text(event, notes),
            event["actor"], event["at"],
        )  # fmt: skip


def _about(data: Mapping[str, Any]) -> str | None:
    told = [str(data[name]).replace("_", " ") for name in _TOLD if data.get(name)]
    if minutes := data.get("duration_minutes"):
        told.append(f"{minutes} min")
    if data.get("amount") is not None:
        told.append(f"{data['amount']:,.2f} {data.get('currency', '')}".strip())
    return " · ".join(told) or None


def _text(event: Mapping[str, Any], notes: Mapping[UUID, str]) -> str | None:
    if event["subject"] == "note":
        return notes.get(event["subject_id"], "This note was deleted.")
    summary: str | None = event["data"].get("summary")
    return summary
