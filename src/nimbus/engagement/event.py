"""What happens to a contact: the one list of types, and an event as it is told (D-06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from nimbus.problems import invalid

# Each type in the words of a label.
TYPES: dict[str, str] = {
    "sent": "Email sent",
    "delivered": "Email delivered",
    "opened": "Email opened",
    "clicked": "Link clicked",
    "replied": "Email replied",
    "bounced": "Email bounced",
    "unsubscribed": "Unsubscribed",
    "meeting_booked": "Meeting booked",
    "task_completed": "Task completed",
    "call": "Call",
    "meeting": "Meeting",
    "note": "Note",
    "form_submitted": "Form submitted",
    "deal_created": "Deal created",
    "deal_won": "Deal won",
    "deal_lost": "Deal lost",
}
# Those of an email, which the API calls `email_opened` and so on.
EMAIL = ("sent", "delivered", "opened", "clicked", "replied", "bounced", "unsubscribed")
# All of them together, where they are counted.
ANY = "any"
_ALIASES = {f"email_{type}": type for type in EMAIL}
_SHOWN = {type: alias for alias, type in _ALIASES.items()}

Subject = Literal["note", "task", "deal"]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append.

    `at` is when it happened, `source` what tells of it (`email`, `form`, `person`, …), `actor` who
    did it where that is one of us, `subject` the thing it is about; `data` is small. `key` is the
    sender's own name of the event: told again under it, it is not appended again.
    """

    contact_id: UUID
    type: str
    at: datetime
    source: str
    actor: str | None = None
    subject: Subject | None = None
    subject_id: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is kept."""

    id: UUID
    contact_id: UUID
    type: str
    at: datetime
    source: str
    actor: str | None
    subject: Subject | None
    subject_id: UUID | None
    data: dict[str, Any]


def event_type(type: str) -> str:
    """The type as the article's API names it."""
    return _SHOWN.get(type, type)


def read_types(text: str, at: str = "event_type") -> tuple[str, ...]:
    """The types of a list with commas, under their own names or their aliases; none for all.
    Raises Problem that names the one that is unknown."""
    asked = [word.strip() for word in text.split(",") if word.strip()]
    for word in asked:
        if word not in TYPES and word not in _ALIASES:
            known = ", ".join(event_type(type) for type in TYPES)
            raise invalid(f"“{word[:80]}” is no type of event. Types: {known}.", at)
    return tuple(dict.fromkeys(_ALIASES.get(word, word) for word in asked))
