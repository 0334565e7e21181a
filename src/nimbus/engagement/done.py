"""Back to the timeline after a form, or to the list of tasks, which then says what was done and
offers to undo it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from nimbus.db import ids
from nimbus.engagement.timeline import TAB
from nimbus.operations.operation import begun
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.web import toast
from nimbus.web.route import Ask

# Words of a toast.
WORDS = {
    "note-added": "The note was added",
    "note-changed": "The note was changed",
    "note-deleted": "The note was deleted",
    "call-logged": "The call was logged",
    "meeting-logged": "The meeting was logged",
    "meeting-booked-logged": "The meeting was booked",
    "task-added": "The task was added",
    "task-changed": "The task was changed",
    "task-done": "The task is done",
    "task-open": "The task is open again",
    "task-deleted": "The task was deleted",
}


def address(contact_id: UUID) -> str:
    return f"/contacts/{ids.show('cont', contact_id)}/{TAB.path}"


def back(ask: Ask, contact_id: UUID, done: str) -> Response:
    """To the timeline; what has changed nothing says nothing."""
    return to(ask, address(contact_id), {}, done)


def to(ask: Ask, here: str, kept: Mapping[str, str], done: str) -> Response:
    """To a page, of which the address keeps what it asked for."""
    asked = {**kept}
    if operation := begun(ask.tx):
        asked |= {"done": done, "operation": ids.show("op", operation)}
    return RedirectResponse(f"{here}?{urlencode(asked)}" if asked else here, 303)


def tell(ask: Ask, done: str, operation: str) -> bool:
    """What the address says was done, to whoever did it; whether there was that to say. Raises
    Problem(not_found) for what is no operation."""
    if done not in WORDS or not made_by(ask.tx, ask.who, at := ids.read("op", operation)):
        return False
    toast(ask.request, WORDS[done], undo_href(at))
    return True
