"""The segments that a contact is in, and the panel of them on paper (S0-18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.contacts.listing.asked import href
from nimbus.contacts.panels import Panel, TabOffer
from nimbus.contacts.read import ContactList
from nimbus.db.door import Tx
from nimbus.filters import Leaf, Params, compile, expand, leaves
from nimbus.problems import Problem
from nimbus.segments import read
from nimbus.segments.answers import M, answers
from nimbus.segments.segment import Segment

TAB = TabOffer("Segments", "segments")

# So many questions are asked for one page; segments beyond that are not told.
MAX_QUESTIONS = 500


@dataclass(frozen=True, slots=True)
class In:
    """A segment that the contact is in, and the list of everybody in it."""

    name: str
    is_list: bool
    href: str


@dataclass(frozen=True, slots=True)
class Membership:
    """`untold` counts the segments that were not asked."""

    segments: list[In]
    untold: int


def segments_panel(tx: Tx, row: Mapping[str, Any]) -> Panel | None:
    """Nothing for a workspace without segments, and for a contact in the trash."""
    known = list(read.segments(tx).values())
    if not known or row["is_deleted"]:
        return None
    asked, held = holding(tx, row["id"])
    inside = [
        In(segment.name, segment.kind == "static", href(ContactList(leaf, shown="live")))
        for segment, leaf in held
    ]  # fmt: skip
    return Panel("segments/panel.html", Membership(inside, len(known) - asked))


def holding(tx: Tx, contact_id: UUID) -> tuple[int, list[tuple[Segment, Leaf]]]:
    """How many segments could be asked, and those among them that a contact is in; the contact was
    read in this transaction, and is not in the trash."""
    asked = _affordable(tx, list(read.segments(tx).values()))
    held = _held(tx, contact_id, [leaf for _, leaf in asked])
    return len(asked), [one for one, holds in zip(asked, held, strict=True) if holds]


def _affordable(tx: Tx, known: list[Segment]) -> list[tuple[Segment, Leaf]]:
    """The segments, by name, as far as one page can ask."""
    left, asked = MAX_QUESTIONS, []
    for segment in known:
        leaf = read.members(tx, segment)
        try:
            left -= sum(1 for _ in leaves(expand(leaf)))
        except Problem:
            continue
        if left < 0:
            break
        asked.append((segment, leaf))
    return asked


def _held(tx: Tx, contact_id: Any, asked: list[Leaf]) -> list[bool]:
    """Whether the contact is in each of them, by one statement."""
    if not asked:
        return []
    params = Params(tx.now)
    holds = [sql.SQL("({}) is true").format(compile(leaf, M, params)) for leaf in asked]
    return list(answers(tx, contact_id, holds, params))
