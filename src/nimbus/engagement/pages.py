"""The tab Timeline of a contact, and the form of a note (S0-16, S2-29, S2-32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.pages import frame
from nimbus.contacts.words import day_heading
from nimbus.db import ids
from nimbus.engagement.event import TYPES, read_types
from nimbus.engagement.note import create_note
from nimbus.engagement.read import Timeline, contact, insights, notes, totals
from nimbus.engagement.timeline import TAB, lines
from nimbus.web import parts, render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/contacts")

SIZE = 50
LONGEST = 10_000


@router.at("GET", "/{id}/timeline", scope="contacts:read")
def timeline_page(ask: Ask, id: str, type: str = "", cursor: str = "") -> Response:
    """Newest first; of one type, or of several between commas."""
    row = contact(ask.tx, id)
    asked = Timeline(row["id"], read_types(type, "type"))
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    page = asked.page(ask.tx, SIZE, seal.open(cursor) if cursor else None)
    here, told = _address(row), totals(ask.tx, row["id"])
    kept = {"type": type} if type else {}
    following = {**kept, "cursor": seal.close(page.next)} if page.next else None
    previous = {**kept, "cursor": seal.close(page.previous)} if page.previous else None
    first, count = page.start + 1, asked.count(ask.tx).value
    return render(
        ask.request, "engagement/timeline.html", **frame(ask, row, TAB.path),
        timeline=here, lines=list(lines(page.rows, notes(ask.tx, page.rows))),
        types=_types(here, told, asked.types), insights=insights(ask.tx, row["id"], told),
        words=f"{first:,}–{first + len(page.rows) - 1:,} of {count:,}", longest=LONGEST,
        next=following and f"{here}?{urlencode(following)}",
        previous=previous and f"{here}?{urlencode(previous)}", day_heading=day_heading,
    )  # fmt: skip


@router.at("POST", "/{id}/timeline/notes", scope="engagement:write")
def add_note_form(ask: Ask, id: str, body: Annotated[str, Form()] = "") -> Response:
    """A blank note is none."""
    row = contact(ask.tx, id)
    text = body.replace("\0", "").strip()[:LONGEST]
    if text:
        create_note(ask.tx, ask.who, row["id"], {"body": text}, "web")
    return RedirectResponse(_address(row), 303)


def _types(here: str, told: Mapping[str, int], asked: tuple[str, ...]) -> list[parts.Tab]:
    """All, and each type that there is."""
    return [
        parts.Tab("All", here, not asked, sum(told.values())),
        *(
            parts.Tab(TYPES[type], f"{here}?type={type}", asked == (type,), count)
            for type, count in told.items()
        ),
    ]


def _address(row: Mapping[str, Any]) -> str:
    return f"/contacts/{ids.show('cont', row['id'])}/{TAB.path}"
