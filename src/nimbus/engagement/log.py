"""Calls and meetings: what people say that they did with a contact, kept as events (S2-27, S2-28).

The log says that there was one, and not what was said in it: so one that was logged by mistake can
be taken back (take_back.py), and an erasure finds no word of it there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.engagement.append import append
from nimbus.engagement.event import Event, NewEvent
from nimbus.engagement.read import contact_of
from nimbus.operations.operation import log

# What the log calls them.
THING = "event"


def log_call(
    tx: Tx, who: Who, contact_id: UUID, at: datetime | None, data: dict[str, Any], through: str
) -> Event:
    """A call, now where no time is said. Raises Problem(forbidden) for a contact of another client,
    and Problem(validation_error) for one that is still to come."""
    return _log(tx, who, contact_id, "call", at or tx.now, data, through)


def log_meeting(
    tx: Tx, who: Who, contact_id: UUID, at: datetime | None, data: dict[str, Any], through: str
) -> Event:
    """A meeting. One that is still to come is booked now, and `starts_at` says when it begins.
    Raises Problem(forbidden) for a contact of another client."""
    if at is None or at <= tx.now:
        return _log(tx, who, contact_id, "meeting", at or tx.now, data, through)
    data = {**data, "starts_at": at.isoformat()}
    return _log(tx, who, contact_id, "meeting_booked", tx.now, data, through)


def _log(
    tx: Tx, who: Who, contact_id: UUID, type: str, at: datetime, data: dict[str, Any], through: str
) -> Event:
    contact_id = contact_of(tx, who, contact_id)
    operation = operations.start(
        tx, who, f"{type}.log", through, subject="contact", subject_id=contact_id
    )
    (event,) = append(
        tx, operation, [NewEvent(contact_id, type, at, "person", who.name, data=data)]
    )
    log(tx, operation, THING, event.id, "created", None, {"type": type})
    return event
