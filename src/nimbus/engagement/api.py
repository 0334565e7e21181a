"""Events for programs, read only (S3-43, S3-44), and the calls and meetings that people log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.engagement import log, shapes
from nimbus.engagement.event import EMAIL, TYPES, Event, event_type, read_types
from nimbus.engagement.read import Timeline, contact
from nimbus.web.paging import meta
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import FromPage

router = ApiRouter("/api/v1/contacts/{id}", "engagement")

Log = Callable[[Tx, Who, UUID, datetime | None, dict[str, Any], str], Event]
Limit = Annotated[int, Query(ge=1, le=500)]
TYPE_WORDS = ", ".join(f"`{event_type(type)}`" for type in TYPES)
_ONE = "|".join([*map(event_type, TYPES), *EMAIL])
Types = Annotated[
    str,
    Query(
        description=f"Types, with commas: {TYPE_WORDS}; of emails also `opened` and so on.",
        json_schema_extra={"pattern": f"^(({_ONE})(,({_ONE}))*)?$"},
    ),
]


@router.at("GET", "/events/", scope="contacts:read", answers=shapes.EventPage)
def list_events(
    ask: Ask, id: str, event_type: Types = "", limit: Limit = 50, cursor: FromPage = None
) -> dict[str, Any]:
    """What happened to a contact, newest first. Events are never changed; those of emails come from
    what sends them (S3-44)."""
    return _page(ask, Timeline(contact(ask.tx, id)["id"], read_types(event_type)), limit, cursor)


@router.at("GET", "/calls/", scope="contacts:read", answers=shapes.EventPage)
def list_calls(ask: Ask, id: str, limit: Limit = 50, cursor: FromPage = None) -> dict[str, Any]:
    """Calls, newest first."""
    return _page(ask, Timeline(contact(ask.tx, id)["id"], ("call",)), limit, cursor)


@router.at(
    "POST", "/calls/", scope="engagement:write", answers=shapes.Event, status=201,
)  # fmt: skip
def log_call(ask: Ask, id: str, body: shapes.NewCall) -> dict[str, Any]:
    """Log a call that was made (S2-27). As an event it stays as it is, unless the logging is
    undone."""
    return _log(ask, id, log.log_call, body)


@router.at("GET", "/meetings/", scope="contacts:read", answers=shapes.EventPage)
def list_meetings(ask: Ask, id: str, limit: Limit = 50, cursor: FromPage = None) -> dict[str, Any]:
    """Meetings, held and booked, newest first."""
    kinds = ("meeting", "meeting_booked")
    return _page(ask, Timeline(contact(ask.tx, id)["id"], kinds), limit, cursor)


@router.at(
    "POST", "/meetings/", scope="engagement:write", answers=shapes.Event, status=201,
)  # fmt: skip
def log_meeting(ask: Ask, id: str, body: shapes.NewMeeting) -> dict[str, Any]:
    """Log a meeting (S2-28). One that is still to come is booked now, and says when it begins."""
    return _log(ask, id, log.log_meeting, body)


def _page(ask: Ask, timeline: Timeline, limit: int, cursor: str | None) -> dict[str, Any]:
    seal = timeline.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    page = timeline.page(ask.tx, limit, seal.open(cursor) if cursor else None)
    return {
        "data": [shapes.shown_event(row) for row in page.rows],
        "meta": meta(page, seal, timeline.count(ask.tx)),
    }


def _log(ask: Ask, id: str, log: Log, body: shapes.NewCall | shapes.NewMeeting) -> dict[str, Any]:
    contact_id = contact(ask.tx, id)["id"]
    data = body.model_dump(exclude={"at"}, exclude_none=True)
    return shapes.shown_event(asdict(log(ask.tx, ask.who, contact_id, body.at, data, "api")))
