"""The tab Research of a contact: enrichment, and the lines to write to them with (S0-20, S0-21)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.pages import frame
from nimbus.contacts.writing.one import locked
from nimbus.db import ids
from nimbus.engagement.read import contact
from nimbus.enrichment.personalization import find, put, remove
from nimbus.enrichment.research import TAB, shown
from nimbus.operations.operation import begun
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/contacts/{id}/research")

LONGEST = 10_000
DONE = {"changed": "The line was changed", "removed": "The lines were removed"}


@router.at("GET", "", scope="contacts:read")
def research_page(ask: Ask, id: str, done: str = "", operation: str = "") -> Response:
    """`done` says what the form which led here has done, by `operation`."""
    row = contact(ask.tx, id)
    if done in DONE and made_by(ask.tx, ask.who, operation_id := ids.read("op", operation)):
        toast(ask.request, DONE[done], undo_href(operation_id))
    return render(
        ask.request, "enrichment/research.html", **frame(ask, row, TAB.path),
        **shown(ask.tx, row), longest=LONGEST,
    )  # fmt: skip


@router.at("POST", "/line", scope="contacts:write")
def change_line_form(
    ask: Ask, id: str, name: Annotated[str, Form()] = "", text: Annotated[str, Form()] = ""
) -> Response:
    """Write a line that is there anew; a blank text takes it away."""
    # Locked before it is read: whoever writes another line at the same time keeps theirs.
    row = locked(ask.tx, ask.who, contact(ask.tx, id)["id"])
    found = find(ask.tx, row["id"])
    if found and name in found["lines"]:
        written = text.replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST]
        lines = {key: line for key, line in found["lines"].items() if key != name}
        put(ask.tx, ask.who, row["id"], {"lines": lines | ({name: written} if written else {})},
            "web")  # fmt: skip
    return _back(ask, row, "changed")


@router.at("POST", "/removal", scope="contacts:write")
def remove_lines_form(ask: Ask, id: str) -> Response:
    row = contact(ask.tx, id)
    remove(ask.tx, ask.who, row["id"], "web")
    return _back(ask, row, "removed")


def _back(ask: Ask, row: dict[str, Any], done: str) -> Response:
    here, operation = f"/contacts/{ids.show('cont', row['id'])}/{TAB.path}", begun(ask.tx)
    if operation:
        here += f"?{urlencode({'done': done, 'operation': ids.show('op', operation)})}"
    return RedirectResponse(here, 303)
