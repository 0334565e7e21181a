"""The log of a contact as sentences, and the source of each of its values (S0-23, S0-25, F-21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from nimbus.contacts.restore import COLUMNS
from nimbus.contacts.words import value_words
from nimbus.db import ids
from nimbus.fields import Catalogue
from nimbus.operations.pages import undo_href
from nimbus.operations.read import Entry

# Follows from other changes, or means nothing to people.
UNTOLD = frozenset(
    {"tier_rule_id", "scoring_model_id", "score_rules", "score_fit", "score_engagement",
     "score_intent", "company_id", "deleted_at", "merged_into", "phone_e164", "mobile_e164"}
)  # fmt: skip
_WORKED_OUT = frozenset(COLUMNS.worked_out)
THROUGH = {"web": "", "api": "the API", "cli": "the command line", "follow": "", "worker": ""}


# What is done to one contact alone, and may be undone where it is told of; the rest of what was
# done to many is undone from the page of it.
ALONE = frozenset(
    {"contact.create", "contact.upsert", "contact.update", "contact.correct_email",
     "contact.delete", "contact.restore", "contact.merge",
     "assignment.release", "assignment.renew", "assignment.transfer"}
)  # fmt: skip

ROLLBACKS = {
    "rollback": "Set back by the rollback of",
    "rollback.undo": "Brought back by undoing the rollback of",
}


LISTS = {"joined": "Put on the list", "left": "Taken off the list"}


class Done(Protocol):
    """What is told of an operation, be it read with a whole change or with one value of it."""

    @property
    def kind(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def through(self) -> str: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def subject_id(self) -> UUID | None: ...
    @property
    def why(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A value before and after, in words; None where there was or is none."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the activity: what was done, by whom, through what, and what it changed; `labelled`
    where its words do not say already which field that is."""

    icon: str
    tone: str
    words: str
    link: tuple[str, str] | None
    by: str
    at: datetime
    differences: list[Difference]
    labelled: bool
    undo: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from: words, then how long ago. `columns` came with it, None stands
    for all that there are."""

    words: str
    at: datetime
    columns: frozenset[str] | None = None


def events(
    entries: Iterable[Entry], catalogue: Catalogue, names: Mapping[str, str],
    undoable: Collection[UUID],
) -> Iterator[Event]:  # fmt: skip
    """Newest first; entries that say nothing to people are left out. `undoable` are operations."""
    for entry in entries:
        told = list(_differences(entry, catalogue, names))
        icon, tone, words = _deed(entry, told)
        if told or entry.kind != "updated":
            shown = [] if entry.kind == "created" else told
            undo = undo_href(entry.operation_id) if entry.operation_id in undoable else None
            labelled = bool(told) and not words.startswith(told[0].label)
            yield Event(icon, tone, words, link(entry), _by(entry), entry.at, shown, labelled, undo)


def sources(entries: Iterable[Entry], columns: Collection[str]) -> dict[str, Source]:
    """By column, or by key of a custom value, the newest change that set it: of those that none
    changed since, the making of the row. `columns` are those there are."""
    found: dict[str, Source] = {}
    for entry in entries:
        made = entry.kind == "created"
        written = columns if made else list(_set_by(entry))
        source = Source(source_words(entry), entry.at, None if made else frozenset(written))
        for column in written:
            found.setdefault(column, source)
    return found


def changed_beside(
    entries: Iterable[Entry], operation_id: UUID, columns: Collection[str], catalogue: Catalogue
) -> list[str]:
    """The labels of what an operation changed beside these columns."""
    given = {field.label for field in catalogue if field.column in columns}
    mine = (entry for entry in entries if entry.operation_id == operation_id)
    told = (one.label for entry in mine for one in _differences(entry, catalogue, {}))
    return [label for label in dict.fromkeys(told) if label not in given]


def _set_by(entry: Entry) -> Iterator[str]:
    before, after = entry.before or {}, entry.after or {}
    yield from (column for column in after if column != "custom")
    was, now = before.get("custom") or {}, after.get("custom") or {}
    yield from (key for key in now if now[key] != was.get(key))


def _differences(
    entry: Entry, catalogue: Catalogue, names: Mapping[str, str]
) -> Iterator[Difference]:
    before, after = entry.before or {}, entry.after or {}
    was, now = before.get("custom") or {}, after.get("custom") or {}
    for field in catalogue:
        if field.thing == "company" or not field.column or field.column in UNTOLD:
            continue
        old, new = (was, now) if field.thing == "custom" else (before, after)
        if old.get(field.column) != new.get(field.column):
            yield Difference(
                field.label,
                value_words(field, old.get(field.column), names),
                value_words(field, new.get(field.column), names),
            )


def _deed(entry: Entry, told: list[Difference]) -> tuple[str, str, str]:
    """Icon, tone and the beginning of the sentence."""
    after: Mapping[str, Any] = entry.after or {}
    if entry.operation == "import":
        words = "Imported from" if entry.kind == "created" else "Updated by import"
        return "file-up", "grey", words
    if entry.operation in ROLLBACKS:
        return "undo-2", "grey", ROLLBACKS[entry.operation]
    if entry.operation == "rescore" or (after and after.keys() <= _WORKED_OUT):
        return "target", "green", "Scored again"
    if entry.operation == "contact.merge":
        into = (
            "Merged into an older contact" if entry.kind == "merged" else f"Merged with {entry.why}"
        )
        return "git-merge", "grey", into
    if (entry.before or {}).get("merged_into") and not after.get("merged_into"):
        return "undo-2", "green", "Parted from another contact again"
    if after.get("is_deleted") is True and entry.kind != "created":
        return "trash-2", "red", "Moved to the trash"
    if after.get("is_deleted") is False and entry.kind != "created":
        return "undo-2", "green", "Restored from the trash"
    if entry.kind in LISTS:
        return "layers", "grey", LISTS[entry.kind]
    if entry.kind == "created":
        return "user-plus", "green", "Added"
    what = told[0].label if len(told) == 1 else f"{len(told)} fields"
    if entry.operation == "undo":
        return "undo-2", "grey", f"{what} set back"
    return "pencil", "grey", f"{what} changed"


def link(entry: Done) -> tuple[str, str] | None:
    """The import that did it, or the list that it was put on: its name and its page."""
    if entry.kind in LISTS and entry.subject_id:
        return entry.why or "a list", f"/contacts?segment={ids.show('seg', entry.subject_id)}"
    if entry.subject != "import" or not isinstance(entry.subject_id, UUID):
        return None
    return entry.why or "a file", f"/imports/{ids.show('imp', entry.subject_id)}"


def _by(entry: Done) -> str:
    through = THROUGH.get(entry.through, entry.through)
    return f"by {entry.actor_name}" + (f" through {through}" if through else "")


def source_words(entry: Done) -> str:
    """By whom, and through what."""
    if entry.operation == "import":
        return f"from import {entry.why}" if entry.why else "from an import"
    if entry.operation in ROLLBACKS:
        return f"by rolling back {entry.why or 'an import'}" + (
            ", and that undone" if entry.operation == "rollback.undo" else ""
        )
    if entry.operation == "undo":
        return f"undone {_by(entry)}"
    return "worked out" if entry.operation == "rescore" else _by(entry)
