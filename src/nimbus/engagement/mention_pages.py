"""The page on which one finds where one was mentioned, and the count of it in one's own menu."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import RedirectResponse, Response

from nimbus.accounts.read import people
from nimbus.db import ids
from nimbus.engagement import mentions
from nimbus.engagement.done import address
from nimbus.engagement.mention import pieces
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
    return render(
        ask.request, "engagement/mentions.html",
        notes=[{**row, "pieces": list(pieces(row["body"], team, row["mentions"]))}
               for row in page.rows],
        unread=mentions.unread(ask.tx, person), most=mentions.MOST_UNREAD, address=address,
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
def read_form(ask: Ask) -> Response:
    mentions.read_all(ask.tx, _person(ask))
    return RedirectResponse(HERE, 303)


def _person(ask: Ask) -> UUID:
    """Pages are asked for by people alone. Raises Problem(not_found)."""
    if ask.who.id is None:
        raise ids.missing("user")
    return ask.who.id
