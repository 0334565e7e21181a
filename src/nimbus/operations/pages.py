"""The Undo of a message: it answers with one, and the page shows itself anew."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.db import ids
from nimbus.operations import undoing
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter
from nimbus.web.visitor import page_of

router = PageRouter("/operations")
# What an undo takes away for good, page and all.
GONE = ("segment_removed", "company_removed")


def undo_href(operation_id: UUID) -> str:
    """Where the Undo of a message is posted to."""
    return f"/operations/{ids.show('op', operation_id)}/undo"


@router.at("POST", "/{id}/undo", scope="contacts:write", scope_or="consent:write")
def undo_form(ask: Ask, id: str) -> Response:
    operation_id = ids.read("op", id)
    undoing.need(ask.tx, ask.who, operation_id)
    undone = undoing.undo_operation(ask.tx, ask.who, "web", operation_id)
    told = undoing.find(ask.tx, undone.operation_id)
    around = _around(ask.request, told.subject_id, undone.counts)
    if not ask.request.headers.get("hx-request"):
        return RedirectResponse(around or page_of(ask.request), 303)
    if around:
        return Response(status_code=204, headers={"HX-Redirect": around})
    words = undone.words if undone.job_id else f"Undone. {undone.words}"
    kept = f" {undone.kept:,} kept what was changed since." if undone.kept else ""
    again = told.may_be_undone(ask.tx.now)
    undo = undo_href(undone.operation_id) if again else None
    toast(ask.request, words + kept, undo, tone="blue")
    # Whatever page this is, what it shows is different now (frontend/js/redraw.js).
    return render(ask.request, "operations/undone.html", headers={"HX-Trigger": "changed"})


def _around(request: Request, subject: UUID | None, counts: Mapping[str, int]) -> str | None:
    """The list around the page one is on, where that is the page of what is gone by the undo."""
    if subject is None or not any(counts.get(name) for name in GONE):
        return None
    parent, _, last = urlsplit(page_of(request)).path.rpartition("/")
    # Of an id its last part is the same whatever stands before it.
    is_here = last.partition("_")[2] == ids.show("op", subject).partition("_")[2]
    return parent if is_here else None
