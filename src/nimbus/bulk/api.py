"""Bulk actions for programs: `/api/v1/bulk/` (S0-61 … S0-72, S0-84, F-39)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from nimbus.bulk import read, shapes, write
from nimbus.bulk.bulk import KEPT, Bulk
from nimbus.bulk.read import Outcome
from nimbus.bulk.words import message
from nimbus.contacts.read import ContactList
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import parse
from nimbus.operations.api import UNDER_WAY, answer_undone
from nimbus.operations.bulk import people
from nimbus.operations.shapes import ShownUndone
from nimbus.problems import invalid
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Meta
from nimbus.web.route import ApiRouter, Ask, json_response
from nimbus.web.values import FromPage

router = ApiRouter("/api/v1/bulk", "bulk actions")

Size = Annotated[int, Query(ge=1, le=500)]
LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": shapes.BegunBulk, "description": "More than 1,000: a job is at it."},
}


@router.at("POST", "/", scope="contacts:write", answers=shapes.BegunBulk, responses=LATER)
def begin_bulk(ask: Ask, given: shapes.NewBulk) -> Response:
    """Do one thing to many contacts. Who is meant is frozen and counted now; up to 1,000 are done
    at once, more by a job. Each action also needs its own scope: `segments:write` for lists,
    `suppression:write` to suppress."""
    chosen = _chosen(ask, given)
    wanted = write.Wanted(given.action, given.options, chosen, given.expected_count)
    if given.dry_run:
        return json_response(_dry(ask, wanted), 200)
    bulk = write.begin(ask.tx, ask.who, "api", wanted)
    rows = [] if bulk.job_id else read.rows(ask.tx, bulk, None, None, write.AT_ONCE)
    told = {**_shown(bulk), "results": [_row(row) for row in rows]}
    return json_response(told, 202 if bulk.job_id else 200)


@router.at("GET", "/", scope="contacts:read", answers=shapes.BulkPage)
def list_bulk(ask: Ask, cursor: FromPage = None, page_size: Size = 50) -> dict[str, Any]:
    """The bulk log: every action of the last 30 days, newest first (S0-84)."""
    seal = _seal(ask, "log")
    at = seal.open(cursor) if cursor else None
    found = read.recent(ask.tx, at.id if at else None, page_size + 1)
    page = found[:page_size]
    start = (at.start if at else 0) + len(page)
    following = _next(seal, len(found) > page_size, page[-1].id if page else None, start)
    data = [_shown(one) for one in page]
    return {"data": data, "meta": Meta(following, following is not None, read.count(ask.tx), True)}


@router.at("GET", "/{id}/", scope="contacts:read", answers=shapes.ShownBulk)
def get_bulk(ask: Ask, id: str) -> dict[str, Any]:
    """How far it is, and what came of it."""
    return _shown(read.find(ask.tx, ids.read("op", id)))


@router.at("GET", "/{id}/rows/", scope="contacts:read", answers=shapes.BulkRows)
def list_bulk_rows(
    ask: Ask, id: str, outcome: Outcome | None = None, cursor: FromPage = None, page_size: Size = 50
) -> dict[str, Any]:
    """What became of each contact that was not erased since, in the order of their ids; of one that
    was cancelled `done` and `not_done` are exact (G-22)."""
    bulk = read.find(ask.tx, ids.read("op", id))
    seal = _seal(ask, f"rows of {bulk.id} {outcome}")
    at = seal.open(cursor) if cursor else None
    found = read.rows(ask.tx, bulk, outcome, at.id if at else None, page_size + 1)
    page = found[:page_size]
    start = (at.start if at else 0) + len(page)
    following = _next(seal, len(found) > page_size, page[-1].contact_id if page else None, start)
    total = read.count_rows(ask.tx, bulk, outcome)
    return {
        "data": [_row(row) for row in page],
        "meta": Meta(following, following is not None, total.value, total.exact),
    }


@router.at("POST", "/{id}/cancel/", scope="contacts:write", answers=shapes.ShownBulk)
def cancel_bulk(ask: Ask, id: str) -> dict[str, Any]:
    """End a job with the batch that is being written; what is done stays done."""
    return _shown(write.cancel(ask.tx, _steered(ask, id)))


@router.at("POST", "/{id}/resume/", scope="contacts:write", answers=shapes.ShownBulk)
def resume_bulk(ask: Ask, id: str) -> dict[str, Any]:
    """Go on with a job that stopped at an error."""
    return _shown(write.resume(ask.tx, _steered(ask, id)))


@router.at(
    "POST", "/{id}/reverse/", scope="contacts:write", answers=ShownUndone, responses=UNDER_WAY
)
def reverse_bulk(ask: Ask, id: str) -> Response:
    """Take the action back, within 30 days: exactly what it changed goes back, but for what was
    changed since, which is kept and listed. Tiers and scores are worked out anew. The same as
    undoing its operation."""
    return answer_undone(ask, read.find(ask.tx, ids.read("op", id)).id)


def _chosen(ask: Ask, given: shapes.NewBulk) -> ContactList | Sequence[UUID]:
    if given.contact_ids is None:
        filter = parse(given.filter, catalogue(ask.tx)) if given.filter is not None else None
        return ContactList(filter, given.search, "deleted" if given.is_deleted else "live")
    for name in ("filter", "search", "is_deleted"):
        if getattr(given, name):
            raise invalid("Name contacts, or say what finds them; not both.", name)
    return [ids.read("cont", one, f"contact_ids[{at}]") for at, one in enumerate(given.contact_ids)]


def _steered(ask: Ask, id: str) -> UUID:
    """Of an action that whoever asks may begin. Raises Problem: not_found, forbidden."""
    found = read.find(ask.tx, ids.read("op", id))
    write.refuse_stranger(ask.who, found)
    return found.id


def _dry(ask: Ask, wanted: write.Wanted) -> dict[str, Any]:
    known, options = write.checked(ask.tx, ask.who, wanted)
    count = write.count(ask.tx, wanted)
    return {
        "id": None, "action": known.key, "label": known.words(options, people(count)),
        "status": "dry_run", "count": count, "done": 0, "unchanged": 0, "failed": 0,
        "not_done": count, "message": None, "job_id": None, "created_by": ask.who.name,
        "created_at": ask.tx.now, "expires_at": ask.tx.now + KEPT, "undone_by": None, "results": [],
    }  # fmt: skip


def _shown(bulk: Bulk) -> dict[str, Any]:
    return {
        "id": bulk.shown_id, "action": bulk.action, "label": bulk.label, "status": bulk.status,
        "count": bulk.count, "done": bulk.done, "unchanged": bulk.unchanged,
        "failed": bulk.failed, "not_done": bulk.not_done, "message": bulk.message,
        "job_id": ids.show("job", bulk.job_id) if bulk.job_id else None,
        "created_by": bulk.actor_name, "created_at": bulk.at, "expires_at": bulk.expires_at,
        "undone_by": bulk.shown_undo,
    }  # fmt: skip


def _row(row: read.Row) -> dict[str, Any]:
    return {"contact_id": ids.show("cont", row.contact_id), "outcome": row.outcome,
            "reason": row.reason, "message": message(row)}  # fmt: skip


def _next(seal: Seal, more: bool, last: UUID | None, start: int) -> str | None:
    return seal.close(Cursor(last, None, start)) if more and last else None


def _seal(ask: Ask, of: str) -> Seal:
    return Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id} bulk {of}")
