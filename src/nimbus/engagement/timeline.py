"""The timeline of a contact in words: a line per event, the types to choose from (S0-16, S2-32)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from nimbus.accounts.read import Member
from nimbus.contacts.panels import TabOffer
from nimbus.engagement.event import TYPES
from nimbus.engagement.mention import Piece, pieces
from nimbus.web.route import Ask


def _open(ask: Ask, row: Mapping[str, Any]) -> Response:
    """Its pages are for the web process alone, this list of words is not."""
    from nimbus.engagement.pages import show

    return show(ask, row)


TAB = TabOffer("Timeline", "timeline", _open)

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
    """One event: its words, what it was about, and the text that somebody wrote, with whom it
    mentions. `note` is the note that it tells of, as long as it is there, which `is_own` of whoever
    looks. A meeting that was booked `starts` later."""

    icon: str
    tone: str
    words: str
    about: str | None
    text: list[Piece]
    by: str | None
    at: datetime
    note: Mapping[str, Any] | None
    is_own: bool
    starts: datetime | None = None


def lines(
    events: Iterable[Mapping[str, Any]], notes: Mapping[UUID, Mapping[str, Any]],
    team: Sequence[Member], looking: UUID | None,
) -> Iterator[Line]:  # fmt: skip
    for event in events:
        icon, tone = SIGNS[event["type"]]
        note = notes.get(event["subject_id"]) if event["subject"] == "note" else None
        yield Line(
            icon, tone, TYPES[event["type"]], _about(event["data"]), _text(event, note, team),
            event["actor"], event["at"], note,
            note is not None and looking is not None and note["author_id"] == looking,
            _starts(event),
        )  # fmt: skip


def _about(data: Mapping[str, Any]) -> str | None:
    told = ["incoming"] if data.get("direction") == "inbound" else []
    told += [str(data[name]).replace("_", " ") for name in _TOLD if data.get(name)]
    if minutes := data.get("duration_minutes"):
        told.append(f"{minutes} min")
    if data.get("amount") is not None:
        told.append(f"{data['amount']:,.2f} {data.get('currency', '')}".strip())
    return " · ".join(told) or None


def _starts(event: Mapping[str, Any]) -> datetime | None:
    starts = event["data"].get("starts_at") if event["source"] == "person" else None
    return datetime.fromisoformat(starts) if starts else None


def _text(
    event: Mapping[str, Any], note: Mapping[str, Any] | None, team: Sequence[Member]
) -> list[Piece]:
    if note:
        return list(pieces(note["body"], team, note["mentions"]))
    if event["subject"] == "note":
        return [Piece("This note was deleted.")]
    summary: str | None = event["data"].get("summary")
    return [Piece(summary)] if summary else []
