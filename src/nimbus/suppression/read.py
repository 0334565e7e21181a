"""Asking the lists: what holds an email back, and what stands on a list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.types.cell import clean
from nimbus.filters.text import literal
from nimbus.suppression.lists import Listing
from nimbus.suppression.suppression import Entry, Suppression, parents
from nimbus.web.counting import Count
from nimbus.web.counting import count as counted
from nimbus.web.timely import timely

_SQL = beside(__file__, "check.sql")

# For the stages of intake: `select row_no, layer, reason from (…)` over the temporary table
# `batch (row_no, email, email_key, email_domain, …)`, with the parameter `workspace`; the erased
# come first (S1-42, G-43). The platform
# layer is the registry's answer to the same batch, its state `opted_out`.
check_statement: LiteralString = _SQL["check"]

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
# Trigrams know nothing of less but how words begin.
INDEXED_LENGTH = 3


def statuses_of(tx: Tx, email: str, key: UUID) -> list[Suppression]:
    """Everything that holds an email back, in the order of the layers; `key` is its key in the
    registry (`contact.email_key`, `identity.email_key`)."""
    rows = tx.rows(
        _SQL["entries"],
        {"workspace": tx.workspace_id, "email": email,
         "domains": parents(email.rpartition("@")[2])},
    )  # fmt: skip
    found = [
        Suppression(layer, row["reason"], Entry(**row))
        for row in rows
        for layer in [row.pop("layer")]
    ]
    if tx.value(_SQL["platform"], {"key": key}):
        found.append(Suppression("platform", "opt_out"))
    return found


def status_of(tx: Tx, email: str, key: UUID) -> Suppression | None:
    """The first thing that holds an email back, None when it may be contacted (G-48)."""
    return next(iter(statuses_of(tx, email, key)), None)


@dataclass(frozen=True, slots=True)
class Sought:
    """What of a list is asked for; an empty member asks for all."""

    search: str = ""
    reasons: Collection[str] = ()
    source: str = ""
    since: datetime | None = None

    @property
    def members(self) -> tuple[object, ...]:
        return self.search, self.reasons, self.source, self.since

    def values(self, tx: Tx) -> dict[str, Any]:
        return {
            "workspace": tx.workspace_id,
            "patterns": self._patterns() or None,
            "reasons": list(self.reasons) or None,
            "source": clean(self.source) or None,
            "since": self.since,
        }

    def _patterns(self) -> list[str]:
        """Any part of the email or domain, of less than three characters the beginning of a word in
        it. Both are stored in lower case, which spares the folding of every row."""
        part = literal(text := clean(self.search).lower())
        if len(text) >= INDEXED_LENGTH:
            return [f"%{part}%"]
        return [f"{part}%", *(f"%{sign}{part}%" for sign in ("@", ".", "-"))] if part else []


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, newest first, and whether there are others on either side."""

    entries: list[Entry]
    has_newer: bool
    has_older: bool


def page(
    tx: Tx, listing: Listing, sought: Sought, size: int,
    *, before: UUID | None = None, after: UUID | None = None,
) -> Page:  # fmt: skip
    """The lines before an id, or those after it, or the first ones. Raises Problem(too_expensive)
    as `timely` does."""
    values = sought.values(tx) | {
        "before": before or LAST,
        "after": after or FIRST,
        "size": size + 1,
    }
    with timely(tx):
        rows = tx.all(Entry, listing.sql["newer" if after else "older"], values)
    if after:
        return Page(rows[:size][::-1], has_newer=len(rows) > size, has_older=True)
    return Page(rows[:size], has_newer=before is not None, has_older=len(rows) > size)


def count(tx: Tx, listing: Listing, sought: Sought, seen: Page | None = None) -> Count:
    """How many lines there are: exactly while that is cheap. A page `seen` that has nothing on
    either side has been counted already."""
    shown = len(seen.entries) if seen else 0
    if seen and not seen.has_newer and not seen.has_older:
        return Count(shown, exact=True)
    with timely(tx):
        return counted(tx, listing.sql["sought"], sought.values(tx), shown)


def one(tx: Tx, listing: Listing, entry_id: UUID) -> Entry | None:
    values = {"workspace": tx.workspace_id, "id": entry_id}
    return tx.one(Entry, listing.sql["one"], values)
