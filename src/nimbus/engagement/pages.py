"""The tab Timeline of a contact: what is to be done, and what has happened (S0-16, S2-32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from nimbus.accounts.read import people
from nimbus.contacts.pages import frame
from nimbus.contacts.words import day_heading
from nimbus.db import ids
from nimbus.engagement.done import address, tell
from nimbus.engagement.event import TYPES, read_types
from nimbus.engagement.log_form import DIRECTIONS, MOST_MINUTES, OUTCOMES, Refused
from nimbus.engagement.note_pages import LONGEST
from nimbus.engagement.read import Timeline, contact, insights, notes, open_tasks, totals
from nimbus.engagement.timeline import TAB, lines
from nimbus.web import parts, render
from nimbus.web.route import Ask, PageRouter
from nimbus.web.words import day_of

router = PageRouter("/contacts")

SIZE = 50
# So many teammates are proposed while one writes; of the others a mention is typed.
MOST_NAMES = 200


@router.at("GET", "/{id}/timeline", scope="contacts:read")
def timeline_page(
    ask: Ask, id: str, type: str = "", cursor: str = "", done: str = "", operation: str = ""
) -> Response:
    """Newest first; of one type, or of several between commas. `done` says what the form which led
    here has done, by `operation`."""
    row = contact(ask.tx, id)
    return show(ask, row, type, cursor, done if tell(ask, done, operation) else "")


def show(
    ask: Ask, row: Mapping[str, Any], type: str = "", cursor: str = "", taken: str = "",
    refused: Refused | None = None,
) -> Response:  # fmt: skip
    """The timeline of a contact, with which its page opens. `taken` is what the form which led here
    has done, `refused` the form of a call or meeting that was not logged."""
    asked = Timeline(row["id"], read_types(type, "type"))
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    page = asked.page(ask.tx, SIZE, seal.open(cursor) if cursor else None)
    here, told, team = address(row["id"]), totals(ask.tx, row["id"]), people(ask.tx)
    kept = {"type": type} if type else {}
    following = {**kept, "cursor": seal.close(page.next)} if page.next else None
    previous = {**kept, "cursor": seal.close(page.previous)} if page.previous else None
    first, count = page.start + 1, asked.count(ask.tx).value
    return render(
        ask.request, "engagement/timeline.html", refused.problem.status if refused else 200,
        **frame(ask, row, TAB.path), refused=refused,
        timeline=here, shown_id=ids.show,
        lines=list(lines(page.rows, notes(ask.tx, page.rows), team, ask.who.id)),
        tasks=open_tasks(ask.tx, row["id"]), team=team[:MOST_NAMES],
        types=_types(here, told, asked.types), insights=insights(ask.tx, row["id"], told),
        words=f"{first:,}–{first + len(page.rows) - 1:,} of {count:,}", longest=LONGEST,
        next=following and f"{here}?{urlencode(following)}",
        previous=previous and f"{here}?{urlencode(previous)}", day_heading=day_heading,
        day_of=day_of, taken=taken, directions=DIRECTIONS, outcomes=OUTCOMES,
        most_minutes=MOST_MINUTES,
    )  # fmt: skip


def _types(here: str, told: Mapping[str, int], asked: tuple[str, ...]) -> list[parts.Tab]:
    """All, and each type that there is."""
    return [
        parts.Tab("All", here, not asked, sum(told.values())),
        *(
            parts.Tab(TYPES[type], f"{here}?type={type}", asked == (type,), count)
            for type, count in told.items()
        ),
    ]
