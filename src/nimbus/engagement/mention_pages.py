"""The page on which one finds where one was mentioned, and the count of it in one's own menu."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.accounts.read import people
from nimbus.db import ids
from nimbus.engagement import mentions
from nimbus.engagement.done import address
from nimbus.engagement.mention import pieces
from nimbus.problems import invalid
from nimbus.web import render
from nimbus.web.cursor import Seal
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/mentions")

HERE = "/mentions"
SIZE = 50


@router.at("GET", "", scope="contacts:read")
def mentions_page(ask: Ask, cursor: str = "") -> Response:
    person, team = _person(ask), people(ask.tx)
    seal = Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id}:mentions:{person}")
    page = mentions.page(ask.tx, person, SIZE, seal.open(cursor) if cursor else None)
    unread = mentions.unread(ask.tx, person)
    return render(
        ask.request, "engagement/mentions.html",
        notes=[{**row, "pieces": list(pieces(row["body"], team, row["mentions"]))}
               for row in page.rows],
        unread=unread, most=mentions.MOST_UNREAD, address=address, drawn_at=ask.tx.now.isoformat(),
        # Not while some of them stand on the next page.
        is_seen=0 < unread <= len(page.rows) and not page.previous,
        previous=page.previous and f"{HERE}?cursor={seal.close(page.previous)}",
        next=page.next and f"{HERE}?cursor={seal.close(page.next)}",
        words=f"{page.start + 1:,}–{page.start + len(page.rows):,}",
    )  # fmt: skip


@router.at("GET", "/unread", scope="contacts:read")
def unread_part(ask: Ask) -> Response:
    """The count alone, for the menu; nothing where there is none."""
    return render(
        ask.request, "engagement/unread.html",
        unread=mentions.unread(ask.tx, _person(ask)), most=mentions.MOST_UNREAD,
    )  # fmt: skip


@router.at("POST", "/reading", scope="contacts:read")
def read_form(ask: Ask, until: Annotated[str, Form()] = "") -> Response:
    """What came after `until`, when the page was drawn, was not seen on it. The page asks for this
    by itself once it was looked at; the sign in the shell then goes."""
    mentions.read_all(ask.tx, _person(ask), _moment(until) or ask.tx.now)
    if ask.request.headers.get("hx-request"):
        return render(ask.request, "engagement/mentions_read.html")
    return RedirectResponse(HERE, 303)


def _moment(text: str) -> datetime | None:
    """Raises Problem(validation_error)."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise invalid("The time must be like 2026-04-30T14:30:00Z.", "until") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def _person(ask: Ask) -> UUID:
    """Pages are asked for by people alone. Raises Problem(not_found)."""
    if ask.who.id is None:
        raise ids.missing("user")
    return ask.who.id
