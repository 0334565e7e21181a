"""The log in words: what was changed, of what, from what to what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.audit.things import label, page_of
from nimbus.contacts.activity import UNTOLD, Difference
from nimbus.contacts.words import value_words
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import Catalogue, Field
from nimbus.operations import things
from nimbus.operations.audit import Change

THROUGH = {
    "web": "Pages", "api": "API", "cli": "Command line", "worker": "Background work",
    "follow": "Follow-up",
}  # fmt: skip
KINDS = {
    "created": "Added", "updated": "Changed", "deleted": "Deleted", "erased": "Erased for good",
    "scored": "Scored again", "joined": "Put on a list", "left": "Taken off a list",
    "revoked": "Revoked", "merged": "Merged", "restored": "Brought back", "removed": "Removed",
}  # fmt: skip
# Of a change so many fields are shown, and so many letters of a value.
MOST, LONGEST = 8, 200
# The members of lists are contacts.
NAMED_AS = {"segment_member": "contact"}
# What a thing is called by where no room says so, in what the log has of it.
_NAMES = ("name", "email", "domain", "title", "url", "body", "list")


@dataclass(frozen=True, slots=True)
class Line:
    """A change as a row of the page. `name` is what the thing is called, `more` how many fields are
    not shown."""

    change: Change
    thing: str
    name: str
    href: str | None
    deed: str
    through: str
    differences: Sequence[Difference]
    more: int

    @property
    def at(self) -> datetime:
        return self.change.at

    @property
    def operation_id(self) -> str:
        return ids.show("op", self.change.operation_id)


def lines(
    tx: Tx, who: Who, changes: Sequence[Change], catalogue: Catalogue, names: Mapping[str, str]
) -> Iterator[Line]:
    """`names` has the people and clients that a value may mean."""
    called = _called(tx, changes)
    for change in changes:
        told = list(_differences(change, catalogue, names))
        page = page_of(change.thing, change.thing_id)
        yield Line(
            change,
            label(change.thing),
            called.get(change.thing_id) or _own_name(change) or "",
            page[0] if page and who.may(page[1]) and change.kind != "erased" else None,
            KINDS.get(change.kind, change.kind.capitalize()),
            THROUGH.get(change.through, change.through),
            told[:MOST],
            max(0, len(told) - MOST),
        )


def _called(tx: Tx, changes: Sequence[Change]) -> dict[UUID, str]:
    """The names of those that are there, of the kinds that a room names."""
    found: dict[UUID, str] = {}
    for thing in {change.thing for change in changes}:
        with suppress(KeyError):
            of_it = {change.thing_id for change in changes if change.thing == thing}
            found |= things.shown(NAMED_AS.get(thing, thing)).labels(tx, list(of_it))
    return found


def _own_name(change: Change) -> str | None:
    held = {**(change.before or {}), **(change.after or {})}
    return next((_cut(str(held[name])) for name in _NAMES if held.get(name)), None)


def _differences(
    change: Change, catalogue: Catalogue, names: Mapping[str, str]
) -> Iterator[Difference]:
    """In the words of the catalogue where it knows the column; what follows from others is left out
    where anything else is told."""
    found = list(change.differences())
    plain = [one for one in found if one[0] not in UNTOLD]
    known = _columns(change.thing, catalogue)
    for column, custom, before, after in plain or found:
        field = catalogue.by_id(UUID(custom)) if custom else known.get(column)
        if field is not None:
            words = field.label, value_words(field, before, names), value_words(field, after, names)
        else:
            name = "A field that is gone" if custom else column.replace("_", " ").capitalize()
            words = name, _plain(before, names), _plain(after, names)
        label, was, now = words
        yield Difference(label, was and _cut(was), now and _cut(now))


def _columns(thing: str, catalogue: Catalogue) -> dict[str, Field]:
    fields = {"contact": catalogue.contact_columns, "company": catalogue.company_columns}
    return {field.column: field for field in fields[thing]()} if thing in fields else {}


def _plain(value: Any, names: Mapping[str, str]) -> str | None:
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, str):
        return names.get(value, value)
    return json.dumps(value, ensure_ascii=False)


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
