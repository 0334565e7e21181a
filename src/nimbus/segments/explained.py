"""Why a contact is in a segment, for people: found by name or email, told question by question
(G-29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nimbus.contacts import about
from nimbus.contacts.read import ContactList, Reading
from nimbus.contacts.words import value_words
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.field import Invalid
from nimbus.fields.read import catalogue
from nimbus.fields.related import Member
from nimbus.fields.types import EMAIL
from nimbus.filters import parse
from nimbus.problems import invalid
from nimbus.segments.explain import Line, explain
from nimbus.segments.segment import Segment

# Contacts that are proposed, and letters from which on they are while one types.
PROPOSED, SHORTEST = 8, 2


@dataclass(frozen=True, slots=True)
class Part:
    """One question: what it asks, whether it holds, how deep in its segment's filter it stands, and
    what the contact has, where it asks for a value."""

    sentence: str
    holds: bool
    depth: int
    value: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`parts` by segment: its own first, then those of the segments that it asks for."""

    name: str
    href: str
    is_member: bool
    parts: list[tuple[Segment, list[Part]]]


def verdict_of(tx: Tx, segment: Segment, row: Mapping[str, Any]) -> Verdict:
    """Of a contact that was read. Raises Problem(too_expensive)."""
    found = explain(tx, segment, row["id"])
    names = about.names(tx)
    asked = {line.segment.id: line.segment for line in found.lines}
    parts = [
        (one, [_part(tx, line, names) for line in found.lines if line.segment.id == one.id])
        for one in asked.values()
    ]
    shown = ids.show("cont", row["id"])
    return Verdict(row["full_name"] or row["email"], f"/contacts/{shown}", found.is_member, parts)


def meant(tx: Tx, person: str) -> Sequence[Mapping[str, Any]]:
    """Who may be meant: the one with this email, or a few who are called so. Raises Problem that
    names `person` where nobody is."""
    try:
        if email := EMAIL.parse(person):
            return [_with_email(tx, email)]
    except Invalid:
        pass
    if found := _called(tx, person):
        return found
    raise invalid(
        f"Nobody here is called “{person.strip()}”. Check how it is spelled, or enter the email.",
        "person",
    )


def called(tx: Tx, words: str) -> Sequence[Mapping[str, Any]]:
    """A few who are found by what was typed so far; of a single letter nobody: it would be half of
    the workspace. Raises Problem(too_expensive)."""
    return () if len(words.strip()) < SHORTEST else _called(tx, words)


def _called(tx: Tx, words: str) -> Sequence[Mapping[str, Any]]:
    """As in the list; of a single letter too, which is a whole name in Chinese and was asked for on
    purpose."""
    return Reading(tx, ContactList(None, words.strip(), "live")).page(PROPOSED).rows


def _with_email(tx: Tx, email: str) -> Mapping[str, Any]:
    """One in the trash only where nobody else has the email."""
    asked = parse({"field": "email", "op": "eq", "value": email}, catalogue(tx))
    rows = Reading(tx, ContactList(asked)).page(5).rows
    if not rows:
        raise invalid(f"No contact has the email {email}. Check how it is spelled.", "person")
    return min(rows, key=lambda row: bool(row["is_deleted"]))


def _part(tx: Tx, line: Line, names: Mapping[str, str]) -> Part:
    depth = sum(line.path.count(step) for step in (".and[", ".or[", ".not"))
    return Part(line.sentence, line.holds, depth, _value(tx, line, names))


def _value(tx: Tx, line: Line, names: Mapping[str, str]) -> str | None:
    """None where the question asks for no value: of a group, of sets, and of what is asked beside
    the filter."""
    field = catalogue(tx).find(line.field) if line.field else None
    if field is None or line.path in ("members", "is_deleted") or isinstance(field.related, Member):
        return None
    return value_words(field, line.value, names) or "blank"
