"""People in the command palette: found as in the list, the latest where nothing is typed."""

from __future__ import annotations

from nimbus.contacts.listing.asked import HERE
from nimbus.contacts.read import ContactList, Reading
from nimbus.db import ids
from nimbus.web.palette import MOST, Found, Source
from nimbus.web.route import Ask

SHORTEST = 2


def find(ask: Ask, words: str) -> list[Found]:
    """Of a single letter nobody: it would be half of the workspace."""
    if words and len(words) < SHORTEST:
        return []
    page = Reading(ask.tx, ContactList(None, words, "live")).page(MOST if words else MOST // 2)
    return [
        Found(
            row["full_name"] or row["email"], f"{HERE}/{ids.show('cont', row['id'])}", "user",
            row["email"] if row["full_name"] else "",
        )
        for row in page.rows
    ]  # fmt: skip


PEOPLE = Source("People", "contacts:read", find)
