"""Companies in the command palette, by name or domain."""

from __future__ import annotations

from nimbus.companies import read
from nimbus.companies.pages import address
from nimbus.web.palette import MOST, Found, Source
from nimbus.web.route import Ask

# Of fewer letters a trigram index knows nothing.
SHORTEST = 3


def find(ask: Ask, words: str) -> list[Found]:
    if len(words) < SHORTEST:
        return []
    return [
        Found(row["name"] or row["domain"], address(row["id"]), "building-2",
              row["domain"] if row["name"] and row["domain"] else "")
        for row in read.like(ask.tx, words, MOST)
    ]  # fmt: skip


COMPANIES = Source("Companies", "companies:read", find)
