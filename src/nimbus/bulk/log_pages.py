"""The bulk log for people: what was done to many contacts, and taking it back (S0-84)."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.bulk import read, write
from nimbus.bulk.bulk import KEPT, Bulk
from nimbus.bulk.read import Outcome
from nimbus.bulk.words import message
from nimbus.db import ids
from nimbus.jobs.lease import worker_is_alive
from nimbus.operations import undoing
from nimbus.operations.pages import undo_href
from nimbus.problems import Problem
from nimbus.web import parts, render, toast
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.route import Ask, PageRouter

HERE = "/settings/bulk"
router = PageRouter(HERE)
SIZE = 50
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
WORDS = {"done": "Changed", "unchanged": "Unchanged", "failed": "Failed", "not_done": "Not done"}


@router.at("GET", "", scope="contacts:read")
def bulk_log_page(ask: Ask, cursor: str = "") -> Response:
    seal = _seal(ask, "log")
    before = seal.open(cursor).id if cursor else None
    found = read.recent(ask.tx, before, SIZE + 1)
    page = found[:SIZE]
    after = seal.close(Cursor(page[-1].id, None, 0)) if len(found) > SIZE else None
    is_running = any(one.is_busy for one in page)
    return render(
        ask.request, "bulk/log.html", found=page, days=KEPT.days, is_running=is_running,
        no_worker=is_running and not worker_is_alive(ask.tx),
        more=f"{HERE}?cursor={after}" if after else None, newest=HERE if cursor else None,
    )  # fmt: skip


@router.at("GET", "/{id}", scope="contacts:read")
def bulk_page(ask: Ask, id: str, outcome: Outcome | None = None, cursor: str = "") -> Response:
    """One action: how far it is, what came of it, and of whom."""
    bulk = read.find(ask.tx, ids.read("op", id))
    seal = _seal(ask, f"rows of {bulk.id} {outcome}")
    at = seal.open(cursor).id if cursor else None
    found = read.rows(ask.tx, bulk, outcome, at, SIZE + 1)
    page = found[:SIZE]
    names = read.names(ask.tx, [row.contact_id for row in page])
    query = f"?outcome={outcome}&" if outcome else "?"
    after = seal.close(Cursor(page[-1].contact_id, None, 0)) if len(found) > SIZE else None
    return render(
        ask.request, "bulk/entry.html", bulk=bulk, tabs=_tabs(bulk, outcome), words=WORDS,
        rows=[(row, names.get(row.contact_id), ids.show("cont", row.contact_id), message(row))
              for row in page],
        more=f"{bulk.href}{query}cursor={after}" if after else None,
        first=bulk.href + query.rstrip("?&") if cursor else None,
        no_worker=bulk.is_busy and not worker_is_alive(ask.tx),
    )  # fmt: skip


@router.at("POST", "/{id}/cancel", scope="contacts:read")
def cancel_bulk_form(ask: Ask, id: str) -> Response:
    bulk = write.cancel(ask.tx, _steered(ask, id).id)
    return _answer(ask, bulk, f"Cancelled: {bulk.result}", undo=bool(bulk.done))


@router.at("POST", "/{id}/resume", scope="contacts:read")
def resume_bulk_form(ask: Ask, id: str) -> Response:
    return _answer(ask, write.resume(ask.tx, _steered(ask, id).id), "It goes on")


@router.at("POST", "/{id}/reverse", scope="contacts:read")
def reverse_bulk_form(ask: Ask, id: str, of: Annotated[str, Form()] = "") -> Response:
    """Takes it back, or does it again where `of` is what took it back. The button says which of
    both was meant: the second press of two does not undo the first."""
    bulk = _steered(ask, id)
    meant = ids.read("op", of) if of else bulk.id
    if meant not in (bulk.id, bulk.undone_by):
        raise Problem("conflict", "It was done again already. Load the page anew to see it.")
    undone = undoing.undo_operation(ask.tx, ask.who, "web", meant)
    kept = f" {undone.kept:,} kept what was changed since." if undone.kept else ""
    words = undone.words if undone.job_id else f"Undone. {undone.words}"
    # The Undo of any operation takes more than some actions do, and waits for its job.
    again = undone.job_id is None and ask.who.may("contacts:write")
    toast(ask.request, words + kept, undo_href(undone.operation_id) if again else None, tone="blue")
    return _answer(ask, bulk, None)


def _steered(ask: Ask, id: str) -> Bulk:
    found = read.find(ask.tx, ids.read("op", id))
    write.refuse_stranger(ask.who, found)
    return found


def _answer(ask: Ask, bulk: Bulk, words: str | None, *, undo: bool = False) -> Response:
    if not ask.request.headers.get("hx-request"):
        return RedirectResponse(bulk.href, 303)
    if words:
        toast(ask.request, words, bulk.undo_href if undo else None, tone="blue")
    return render(ask.request, "bulk/done.html", headers={"HX-Trigger": "changed"})


def _tabs(bulk: Bulk, current: Outcome | None) -> list[parts.Tab]:
    told: list[tuple[Any, str, int]] = [(None, "All", bulk.count)]
    told += [(one, WORDS[one], getattr(bulk, one)) for one in OUTCOMES]
    return [
        parts.Tab(label, bulk.href + (f"?outcome={one}" if one else ""), one == current, count)
        for one, label, count in told
    ]


def _seal(ask: Ask, of: str) -> Seal:
    return Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id} bulk page {of}")
