"""The tab Segments of a contact: in which it is, and why (S0-18, S0-59)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from nimbus.contacts.listing.asked import href
from nimbus.contacts.pages import frame
from nimbus.contacts.read import ContactList, one
from nimbus.db import ids
from nimbus.problems import Problem
from nimbus.segments import read
from nimbus.segments.explained import Verdict, verdict_of
from nimbus.segments.panel import TAB, holding
from nimbus.segments.segment import Segment
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/contacts/{id}/segments")

# So many are explained at once; of the others their own page tells.
MOST_EXPLAINED = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A segment that the contact is in, the list of everybody in it, and why this one is; None of
    one more than are explained at once, and of one that costs too much to."""

    segment: Segment
    href: str
    verdict: Verdict | None


@router.at("GET", "", scope="contacts:read")
def contact_segments_page(ask: Ask, id: str) -> Response:
    """Those that can be asked in one statement, by name; a contact in the trash is in none."""
    row = one(ask.tx, ids.read("cont", id))
    if row is None:
        raise ids.missing("cont")
    known = len(read.segments(ask.tx))
    asked, held = (known, []) if row["is_deleted"] else holding(ask.tx, row["id"])
    told = [
        Held(
            segment, href(ContactList(leaf, shown="live")),
            _why(ask, segment, row) if at < MOST_EXPLAINED else None,
        )
        for at, (segment, leaf) in enumerate(held)
    ]  # fmt: skip
    return render(
        ask.request, "segments/of_contact.html", **frame(ask, row, TAB.path), held=told,
        known=known, untold=known - asked,
    )  # fmt: skip


def _why(ask: Ask, segment: Segment, row: dict[str, object]) -> Verdict | None:
    try:
        return verdict_of(ask.tx, segment, row)
    except Problem:
        return None
