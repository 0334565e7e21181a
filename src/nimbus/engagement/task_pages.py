"""The forms of tasks on the timeline: what is to be done, by when, and that it is done."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from nimbus.db import ids
from nimbus.engagement import noun
from nimbus.engagement.done import back, to
from nimbus.engagement.read import contact
from nimbus.engagement.task import (
    FIRST_YEAR,
    LAST_YEAR,
    TASK,
    change_task,
    create_task,
)  # fmt: skip
from nimbus.engagement.todo import HERE, SHOWN
from nimbus.fields.types.cell import clean
from nimbus.problems import invalid
from nimbus.web.render import zone_of
from nimbus.web.route import Ask, PageRouter
from nimbus.web.words import day_of

router = PageRouter("")

LONGEST = 200
Text = Annotated[str, Form()]


@router.at("POST", "/contacts/{id}/timeline/tasks", scope="engagement:write")
def add_task_form(ask: Ask, id: str, title: Text = "", due: Text = "") -> Response:
    """A task without words is none."""
    row, given = contact(ask.tx, id), {"title": _title(title), "due_at": _end(ask, due)}
    if given["title"]:
        create_task(ask.tx, ask.who, row["id"], {**given, "status": "open"}, "web")
    return back(ask, row["id"], "task-added")


@router.at("POST", "/tasks/{id}", scope="engagement:write")
def change_task_form(ask: Ask, id: str, title: Text = "", due: Text = "") -> Response:
    """What to do stays where nothing is said; a day that is left out is taken away, and one that
    is the same keeps its hour."""
    old = _task(ask, id)
    given: dict[str, Any] = {}
    if words := _title(title):
        given["title"] = words
    if not old["due_at"] or due != str(day_of(old["due_at"], zone_of(ask.request))):
        given["due_at"] = _end(ask, due)
    change_task(ask.tx, ask.who, old["id"], given, "web")
    return back(ask, old["contact_id"], "task-changed")


@router.at("POST", "/tasks/{id}/completion", scope="engagement:write")
def complete_task_form(ask: Ask, id: str, show: Text = "", cursor: Text = "") -> Response:
    """Done, which the timeline shows. `show` is the list of tasks on which somebody ticked it off,
    at the page of that cursor, and which they go on with."""
    return _set(ask, id, "done", show, cursor)


@router.at("POST", "/tasks/{id}/reopening", scope="engagement:write")
def reopen_task_form(ask: Ask, id: str, show: Text = "", cursor: Text = "") -> Response:
    """It is still to be done after all."""
    return _set(ask, id, "open", show, cursor)


@router.at("POST", "/tasks/{id}/removal", scope="engagement:write")
def remove_task_form(ask: Ask, id: str) -> Response:
    old = _task(ask, id)
    noun.remove(ask.tx, ask.who, TASK, old["id"], "web")
    return back(ask, old["contact_id"], "task-deleted")


def _set(ask: Ask, id: str, status: str, show: str, cursor: str) -> Response:
    old, done = _task(ask, id), f"task-{status}"
    change_task(ask.tx, ask.who, old["id"], {"status": status}, "web")
    if show not in SHOWN:
        return back(ask, old["contact_id"], done)
    return to(ask, HERE, {"show": show, "cursor": cursor} if cursor else {"show": show}, done)


def _task(ask: Ask, id: str) -> dict[str, Any]:
    return noun.one(ask.tx, TASK, ids.read("task", id))


def _title(title: str) -> str:
    return clean(title.replace("\0", ""))[:LONGEST]


def _end(ask: Ask, due: str) -> datetime | None:
    """The last minute of a day, where the person is. Raises Problem(validation_error)."""
    if not due.strip():
        return None
    try:
        day = date.fromisoformat(due.strip())
    except ValueError:
        raise invalid("The day must be a date, such as 2026-04-30.", "due") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise invalid(f"Due must be a day of the years {FIRST_YEAR} to {LAST_YEAR}.", "due")
    return datetime.combine(day, time(23, 59), zone_of(ask.request))
