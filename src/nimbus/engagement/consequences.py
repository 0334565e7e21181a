"""What an event means for whether somebody may be written to again (S1-43, S2-12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from nimbus.contacts.writing.engaged import Engaged, tighten_status
from nimbus.db.door import Tx
from nimbus.engagement.event import Event
from nimbus.operations import Operation
from nimbus.suppression.lists import EMAILS
from nimbus.suppression.write import put


@dataclass(frozen=True, slots=True)
class Consequence:
    """Where `follows` holds of an event, its email goes on the workspace's list, and the contact
    gets a status unless it has a stricter one."""

    follows: Callable[[Event], bool]
    reason: str
    status: str


CONSEQUENCES = (
    Consequence(lambda event: event.type == "unsubscribed", "unsubscribe", "unsubscribed"),
    Consequence(
        lambda event: event.type == "bounced" and event.data.get("kind") == "hard",
        "hard_bounce", "bounced",
    ),
)  # fmt: skip


def take(
    tx: Tx, operation: Operation, people: Mapping[UUID, Engaged], events: Sequence[Event]
) -> None:
    """Let the consequences of new events follow; `people` are their contacts, locked."""
    for one in CONSEQUENCES:
        hit = {event.contact_id: event.source for event in events if one.follows(event)}
        if hit:
            emails = sorted({people[id].email for id in hit})
            source = min(hit.values())
            put(tx, operation, EMAILS, emails, reason=one.reason, source=source)
            tighten_status(tx, operation, sorted(hit), one.status)
