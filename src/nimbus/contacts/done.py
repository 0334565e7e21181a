"""Back to the page of a contact after a form, which says what was done and offers to undo it."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.db import ids
from nimbus.operations import Operation
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.web import toast
from nimbus.web.route import Ask

# Words of a toast, about the contact of that name.
WORDS = {
    "deleted": "{} was moved to the trash",
    "restored": "{} was restored",
    "merged": "{} is one contact now",
    "released": "The assignment of {} was released",
    "transferred": "The assignment of {} was transferred",
    "renewed": "The assignment of {} was renewed",
}


def back(request: Request, contact_id: UUID, done: str, operation: Operation | None) -> Response:
    """To the page; by htmx too, where only a part would be replaced."""
    here = f"/contacts/{ids.show('cont', contact_id)}"
    if operation:
        here += f"?{urlencode({'done': done, 'operation': ids.show('op', operation.id)})}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": here})
    return RedirectResponse(here, 303)


def tell(ask: Ask, name: str, done: str, operation: str) -> None:
    """What the address of the page says was done, to whoever did it. Raises Problem(not_found) for
    what is no operation."""
    if done in WORDS and made_by(ask.tx, ask.who, operation_id := ids.read("op", operation)):
        toast(ask.request, WORDS[done].format(name), undo_href(operation_id))
