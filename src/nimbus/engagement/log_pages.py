"""The forms of calls and meetings on the timeline (S2-27, S2-28)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from nimbus.engagement.done import back
from nimbus.engagement.log import log_call, log_meeting
from nimbus.engagement.log_form import DIRECTIONS, MOST_MINUTES, OUTCOMES, Refused
from nimbus.engagement.log_form import Form as LogForm
from nimbus.engagement.note_pages import LONGEST
from nimbus.engagement.pages import show
from nimbus.engagement.read import contact
from nimbus.engagement.task import FIRST_YEAR, LAST_YEAR
from nimbus.fields.types.cell import clean
from nimbus.problems import Problem, invalid
from nimbus.web.parts import Option
from nimbus.web.render import zone_of
from nimbus.web.route import Ask, PageRouter

router = PageRouter("")

LONGEST_TITLE = 200
Text = Annotated[str, Form()]


@router.at("POST", "/contacts/{id}/timeline/calls", scope="engagement:write")
def log_call_form(
    ask: Ask, id: str, direction: Text = "outbound", outcome: Text = "", at: Text = "",
    minutes: Text = "", summary: Text = "",
) -> Response:  # fmt: skip
    """Nothing has to be said of it: that there was a call is enough."""
    row = contact(ask.tx, id)

    def made() -> str:
        data = {
            "duration_minutes": _minutes(minutes),
            "direction": _one_of(DIRECTIONS, direction, "direction"),
            "outcome": _one_of(OUTCOMES, outcome, "outcome") or None,
            "summary": _summary(summary),
        }
        log_call(ask.tx, ask.who, row["id"], _moment(ask, at), _said(data), "web")
        return "call-logged"

    typed = {"direction": direction, "outcome": outcome, "at": at, "minutes": minutes,
             "summary": summary}  # fmt: skip
    return _answer(ask, row, "calls", typed, made)


@router.at("POST", "/contacts/{id}/timeline/meetings", scope="engagement:write")
def log_meeting_form(
    ask: Ask, id: str, title: Text = "", at: Text = "", minutes: Text = "", summary: Text = ""
) -> Response:
    """One that is still to come is booked."""
    row = contact(ask.tx, id)

    def made() -> str:
        data = {
            "title": clean(title.replace("\0", ""))[:LONGEST_TITLE] or None,
            "duration_minutes": _minutes(minutes),
            "summary": _summary(summary),
        }
        event = log_meeting(ask.tx, ask.who, row["id"], _moment(ask, at), _said(data), "web")
        return f"{event.type.replace('_', '-')}-logged"

    typed = {"title": title, "at": at, "minutes": minutes, "summary": summary}
    return _answer(ask, row, "meetings", typed, made)


def _answer(
    ask: Ask, row: Mapping[str, Any], form: LogForm, typed: dict[str, str],
    make: Callable[[], str],
) -> Response:  # fmt: skip
    """To the timeline once it is logged; where that is refused the timeline as it is, with the
    words in the form and what was typed."""
    changes = len(ask.tx.changes)
    try:
        with ask.tx.connection.transaction():
            done = make()
    except Problem as problem:
        if problem.code != "validation_error":
            raise
        # What was begun is taken back, and nobody is to be told of it.
        del ask.tx.changes[changes:]
        ask.tx.memory.pop("operation", None)
        return show(ask, row, refused=Refused(form, typed, problem))
    return back(ask, row["id"], done)


def _said(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def _summary(text: str) -> str | None:
    return text.replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST] or None


def _one_of(options: list[Option], given: str, field: str) -> str:
    """Raises Problem(validation_error)."""
    if given not in (known := [option.value for option in options]):
        raise invalid(f"The {field} must be one of: {', '.join(filter(None, known))}.", field)
    return given


def _minutes(text: str) -> int | None:
    """Raises Problem(validation_error)."""
    if not (text := text.strip()):
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST_MINUTES):
        raise invalid(f"Minutes are a whole number from 0 to {MOST_MINUTES:,}.", "minutes")
    return int(text)


def _moment(ask: Ask, text: str) -> datetime | None:
    """A time as the person's own clock shows it; None for now. Raises Problem(validation_error)."""
    if not (text := text.strip()):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid("The time must be like 2026-04-30T14:30.", "at") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise invalid(f"The time must be in the years {FIRST_YEAR} to {LAST_YEAR}.", "at")
    here = moment if moment.tzinfo else moment.replace(tzinfo=zone_of(ask.request))
    return here.astimezone(UTC)
