"""The Undo of a message: it answers with one, and the page shows itself anew."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import RedirectResponse, Response

from nimbus.db import ids
from nimbus.operations import undoing
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter
from nimbus.web.visitor import page_of

router = PageRouter("/operations")


def undo_href(operation_id: UUID) -> str:
    """Where the Undo of a message is posted to."""
    return f"/operations/{ids.show('op', operation_id)}/undo"


@router.at("POST", "/{id}/undo", scope="contacts:write")
def undo_form(ask: Ask, id: str) -> Response:
    undone = undoing.undo_operation(ask.tx, ask.who, "web", ids.read("op", id))
    if not ask.request.headers.get("hx-request"):
        return RedirectResponse(page_of(ask.request), 303)
    words = undone.words if undone.job_id else f"Undone. {undone.words}"
    kept = f" {undone.kept:,} kept what was changed since." if undone.kept else ""
    again = undoing.find(ask.tx, undone.operation.id).may_be_undone(ask.tx.now)
    undo = undo_href(undone.operation.id) if again else None
    toast(ask.request, words + kept, undo, tone="blue")
    # Whatever page this is, what it shows is different now (frontend/js/requests.js).
    return render(ask.request, "operations/undone.html", headers={"HX-Trigger": "changed"})
