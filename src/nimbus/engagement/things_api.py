"""Notes, tasks and deals of a contact for programs: what people log, change and take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.engagement import noun, shapes, todo
from nimbus.engagement.api import Limit
from nimbus.engagement.deal import DEAL, change_deal, create_deal
from nimbus.engagement.note import NOTE, change_note, create_note, remove_note
from nimbus.engagement.noun import Noun
from nimbus.engagement.read import contact
from nimbus.engagement.task import TASK, change_task, create_task
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.web.cursor import Seal
from nimbus.web.etag import IfMatch, IfNoneMatch, tagged
from nimbus.web.paging import meta
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import FromPage, Moment

router = ApiRouter("/api/v1", "engagement")

WRITE = "engagement:write"
# Makes one of a contact, or changes one, by its id.
Write = Callable[[Tx, Who, UUID, dict[str, Any], str], dict[str, Any]]
DueBefore = Annotated[
    Moment | None, Query(description="Only what is due before this time; now finds the overdue.")
]
Remove = Callable[[Tx, Who, UUID, str], None]


@router.at("GET", "/contacts/{id}/notes/", scope="contacts:read", answers=shapes.NotePage)
def list_notes(ask: Ask, id: str, limit: Limit = 50, cursor: FromPage = None) -> dict[str, Any]:
    """Notes on a contact, newest first."""
    return _page(ask, NOTE, id, limit, cursor)


@router.at(
    "POST", "/contacts/{id}/notes/", scope=WRITE, answers=shapes.Note, status=201,
    operation_id="create_note",
)  # fmt: skip
def create_a_note(ask: Ask, id: str, body: shapes.GivenNote) -> dict[str, Any]:
    """Write a note, which the timeline shows (S2-29)."""
    return _created(ask, NOTE, create_note, id, body)


@router.at("GET", "/notes/{id}/", scope="contacts:read", answers=shapes.Note)
def read_note(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One note."""
    return _tagged(ask, NOTE, _one(ask, NOTE, id), if_none_match)


@router.at("PATCH", "/notes/{id}/", scope=WRITE, answers=shapes.Note)
def update_note(ask: Ask, id: str, body: shapes.GivenNote, if_match: IfMatch = None) -> Response:
    """Write a note anew, which its author alone may; the log keeps what it said before."""
    return _changed(ask, NOTE, change_note, id, body, if_match)


@router.at("DELETE", "/notes/{id}/", scope=WRITE, status=204)
def delete_note(ask: Ask, id: str, if_match: IfMatch = None) -> Response:
    """Take a note away: its author may, and whoever has `settings:write`. The timeline still shows
    that there was one, without its text."""
    return _remove(ask, NOTE, id, if_match, remove_note)


@router.at("GET", "/contacts/{id}/tasks/", scope="contacts:read", answers=shapes.TaskPage)
def list_tasks(ask: Ask, id: str, limit: Limit = 50, cursor: FromPage = None) -> dict[str, Any]:
    """Tasks about a contact, newest first."""
    return _page(ask, TASK, id, limit, cursor)


@router.at(
    "POST", "/contacts/{id}/tasks/", scope=WRITE, answers=shapes.Task, status=201,
    operation_id="create_task",
)  # fmt: skip
def create_a_task(ask: Ask, id: str, body: shapes.NewTask) -> dict[str, Any]:
    """Note what is to be done about a contact, and by when."""
    return _created(ask, TASK, create_task, id, body)


@router.at(
    "GET", "/tasks/", scope="contacts:read", answers=shapes.TaskPage, operation_id="find_tasks"
)
def list_all_tasks(
    ask: Ask, status: shapes.TaskStatus = "open", due_before: DueBefore = None,
    limit: Limit = 50, cursor: FromPage = None,
) -> dict[str, Any]:  # fmt: skip
    """Tasks about all contacts that are not in the trash: what is due first comes first, what has
    no date last."""
    asked = todo.Asked(status, before=due_before)
    of = f"{ask.tx.workspace_id}:tasks:{status}:{due_before}"
    seal = Seal(ask.instance.secrets.key("cursor"), of)
    page = todo.page(ask.tx, asked, limit, seal.open(cursor) if cursor else None)
    return {
        "data": [_shown(TASK, todo.plain(row)) for row in page.rows],
        "meta": meta(page, seal, todo.how_many(ask.tx, asked, page)),
    }


@router.at("GET", "/tasks/{id}/", scope="contacts:read", answers=shapes.Task)
def read_task(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One task."""
    return _tagged(ask, TASK, _one(ask, TASK, id), if_none_match)


@router.at("PATCH", "/tasks/{id}/", scope=WRITE, answers=shapes.Task)
def update_task(ask: Ask, id: str, body: shapes.ChangedTask, if_match: IfMatch = None) -> Response:
    """Change a task. Completing it, with `status` `done`, is shown on the timeline."""
    return _changed(ask, TASK, change_task, id, body, if_match)


@router.at("DELETE", "/tasks/{id}/", scope=WRITE, status=204)
def delete_task(ask: Ask, id: str, if_match: IfMatch = None) -> Response:
    return _remove(ask, TASK, id, if_match)


@router.at("GET", "/contacts/{id}/deals/", scope="contacts:read", answers=shapes.DealPage)
def list_deals(ask: Ask, id: str, limit: Limit = 50, cursor: FromPage = None) -> dict[str, Any]:
    """Deals with a contact, newest first."""
    return _page(ask, DEAL, id, limit, cursor)


@router.at(
    "POST", "/contacts/{id}/deals/", scope=WRITE, answers=shapes.Deal, status=201,
    operation_id="create_deal",
)  # fmt: skip
def create_a_deal(ask: Ask, id: str, body: shapes.NewDeal) -> dict[str, Any]:
    """Open a deal with a contact, which the timeline shows (S2-31)."""
    return _created(ask, DEAL, create_deal, id, body)


@router.at("GET", "/deals/{id}/", scope="contacts:read", answers=shapes.Deal)
def read_deal(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One deal."""
    return _tagged(ask, DEAL, _one(ask, DEAL, id), if_none_match)


@router.at("PATCH", "/deals/{id}/", scope=WRITE, answers=shapes.Deal)
def update_deal(ask: Ask, id: str, body: shapes.ChangedDeal, if_match: IfMatch = None) -> Response:
    """Change a deal. A `stage` of `won` or `lost` ends it, which the timeline shows."""
    return _changed(ask, DEAL, change_deal, id, body, if_match)


@router.at("DELETE", "/deals/{id}/", scope=WRITE, status=204)
def delete_deal(ask: Ask, id: str, if_match: IfMatch = None) -> Response:
    return _remove(ask, DEAL, id, if_match)


def _page(ask: Ask, kind: Noun, id: str, limit: int, cursor: str | None) -> dict[str, Any]:
    contact_id = contact(ask.tx, id)["id"]
    of = f"{ask.tx.workspace_id}:{kind.name}:{contact_id}"
    seal = Seal(ask.instance.secrets.key("cursor"), of)
    page = noun.page(ask.tx, kind, contact_id, limit, seal.open(cursor) if cursor else None)
    return {
        "data": [_shown(kind, row) for row in page.rows],
        "meta": meta(page, seal, noun.how_many(ask.tx, kind, contact_id, page)),
    }


def _created(ask: Ask, kind: Noun, create: Write, id: str, body: BaseModel) -> dict[str, Any]:
    contact_id = contact(ask.tx, id)["id"]
    return _shown(kind, create(ask.tx, ask.who, contact_id, body.model_dump(), "api"))


def _changed(
    ask: Ask, kind: Noun, change: Write, id: str, body: BaseModel, if_match: str | None
) -> Response:
    """What is left out of the body stays."""
    thing_id: UUID = _one(ask, kind, id)["id"]
    refuse_stale(ask.tx, if_match, thing_id, kind.name)
    given = body.model_dump(exclude_unset=True)
    return _tagged(ask, kind, change(ask.tx, ask.who, thing_id, given, "api"))


def _one(ask: Ask, kind: Noun, id: str) -> Mapping[str, Any]:
    return noun.one(ask.tx, kind, ids.read(kind.prefix, id))


def _tagged(
    ask: Ask, kind: Noun, row: Mapping[str, Any], if_none_match: str | None = None
) -> Response:
    shown = _shown(kind, row)
    return tagged(shown, tag_of(ask.tx, row["id"], shown), if_none_match)


def _shown(kind: Noun, row: Mapping[str, Any]) -> dict[str, Any]:
    return shapes.shown_thing(kind.prefix, row)


def _remove(
    ask: Ask, kind: Noun, id: str, if_match: str | None, remove: Remove | None = None
) -> Response:
    """`remove` is that of a kind with rules of its own."""
    thing_id: UUID = _one(ask, kind, id)["id"]
    refuse_stale(ask.tx, if_match, thing_id, kind.name)
    if remove:
        remove(ask.tx, ask.who, thing_id, "api")
    else:
        noun.remove(ask.tx, ask.who, kind, thing_id, "api")
    return Response(status_code=204)
