"""Changing the lists: add many, remove one, undo either; all of it logged (S1-43, S1-44)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.derive import is_free_mail
from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import clean
from nimbus.operations import Operation
from nimbus.problems import Problem, invalid
from nimbus.suppression import read
from nimbus.suppression.lists import DOMAINS, Listing
from nimbus.suppression.suppression import PROTECTED, Entry

MOST = 100_000
# Long enough to notice a wrong paste. After that, additions are removed one by one, so that the
# stated reason which a protected entry asks for cannot be avoided.
UNDO_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that cannot be read; `at` counts from 0."""

    at: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the lines: every one is in exactly one of these. `repeated` were given twice;
    `tightened` were there under a reason that could be lifted freely and now cannot."""

    operation: UUID
    added: dict[str, UUID]
    tightened: dict[str, UUID]
    already: int
    repeated: int
    refused: list[Refused]

    @property
    def names(self) -> list[str]:
        """What is held back now and was not, or not as strictly."""
        return [*self.added, *self.tightened]


@dataclass(frozen=True, slots=True)
class Undone:
    restored: int
    kept: int


def add(
    tx: Tx, who: Who, listing: Listing, lines: Iterable[str], *,
    reason: str, through: str, source: str = "", note: str = "",
) -> Added:  # fmt: skip
    """Put emails or domains on a list. What cannot be read is answered, not raised.

    `source` says where they come from, by default the way they came in. Raises Problem when the
    reason is unknown or there are too many lines.
    """
    if reason not in listing.reasons:
        raise invalid(f"The reason must be one of: {', '.join(listing.reasons)}.", "reason")
    names, refused = _read(listing, lines)
    if len(names) + len(refused) > MOST:
        raise invalid(f"Send at most {MOST:,} {listing.key} at once.", listing.key)
    once, note = sorted(set(names)), clean(note)
    operation = operations.start(
        tx, who, f"suppression.{listing.key}.add", through, why=note or None, subject=listing.key
    )
    rows = put(tx, operation, listing, once, reason=reason, source=clean(source) or through,
               note=note or None)  # fmt: skip
    added = {row["name"]: row["id"] for row in rows if row["reason_before"] is None}
    tightened = {row["name"]: row["id"] for row in rows if row["reason_before"] is not None}
    return Added(
        operation.id, added, tightened, len(once) - len(rows), len(names) - len(once), refused
    )


def put(
    tx: Tx, operation: Operation, listing: Listing, names: Sequence[str], *,
    reason: str, source: str, note: str | None = None,
    notes: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Put names in their stored form, sorted, on a list as a part of `operation`; answers `id` and
    `name` of the lines written, with `reason_before` of those that became stricter. `notes` are
    those of names that have another than the rest. What is there already is held by two operations
    then, and no undo of either takes it off."""
    own = notes or {}
    return tx.rows(
        listing.sql["add"],
        {"workspace": tx.workspace_id, "operation": operation.id, "names": list(names),
         "notes": [own.get(name, note) for name in names], "reason": reason, "source": source,
         "by": operation.who.name, "now": tx.now, "protected": sorted(PROTECTED)},
    )  # fmt: skip


def warnings(listing: Listing, added: Added) -> list[str]:
    """What somebody may not have meant: a domain at which anybody has an address is accepted, but
    it holds back everyone there and no company."""
    free = [name for name in added.names if is_free_mail(name)] if listing is DOMAINS else []
    if not free:
        return []
    gives, there = ("gives", "it") if len(free) == 1 else ("give", "them")
    return [
        f"{some(free)} {gives} addresses to anybody: everyone at {there} is held back now, not one "
        f"company. Remove {there} if you meant single people, and add their emails instead."
    ]


def some(names: Sequence[str], most: int = 3) -> str:
    """`acme.com, b.org, c.net and 4 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def _read(listing: Listing, lines: Iterable[str]) -> tuple[list[str], list[Refused]]:
    """The lines in their stored form; blank ones are left out."""
    names: list[str] = []
    refused: list[Refused] = []
    for at, line in enumerate(lines):
        try:
            name = listing.parse(line)
        except Invalid as error:
            refused.append(Refused(at, clean(line), clean(str(error))))
            continue
        if name:
            names.append(name)
    return names, refused


def remove(
    tx: Tx, who: Who, listing: Listing, entry_id: UUID, *, through: str, why: str = ""
) -> tuple[Entry, UUID]:
    """Take a line off a list; answers the line and the operation, by which it can be put back.

    Raises Problem(not_found); and, for an opt-out, unsubscribe, spam complaint or compliance entry,
    Problem(forbidden) without `suppression:write` or `consent:write`, and Problem(validation_error)
    without a stated reason (G-02).
    """
    why = clean(why)
    entry = read.one(tx, listing, entry_id)
    if entry is None:
        raise ids.missing(listing.prefix)
    if not who.may("consent:write"):
        who.need("suppression:write")
    if entry.protected and not why:
        raise invalid(
            f"{entry.name} is here for a reason that is not ours to forget "
            f"({entry.label.lower()}). Say why it may be contacted again.",
            "why",
        )
    operation = operations.start(
        tx, who, f"suppression.{listing.key}.remove", through, why=why or None,
        subject=listing.key, subject_id=entry_id,
    )  # fmt: skip
    values = {"workspace": tx.workspace_id, "operation": operation.id, "id": entry_id}
    if not tx.run(listing.sql["remove"], values):
        raise ids.missing(listing.prefix)
    return entry, operation.id


def undo(tx: Tx, who: Who, listing: Listing, operation_id: UUID, *, through: str) -> Undone:
    """Undo an addition or a removal; what was changed since is left as it is, and counted.

    Raises Problem(not_found), and Problem(conflict) for an addition of more than a day ago or of a
    file that is still being read: the rest of it would be added after the undo.
    """
    undone = tx.row(
        """
        select o.kind, o.at, exists (
            select from suppression_file f
            join job j on j.workspace_id = f.workspace_id and j.id = f.job_id
            where f.workspace_id = o.workspace_id and f.operation_id = o.id
                and j.status in ('queued', 'running')
        ) as is_going
        from operation o
        where o.workspace_id = %(workspace)s and o.id = %(id)s and o.kind = any(%(kinds)s)
        """,
        {"workspace": tx.workspace_id, "id": operation_id,
         "kinds": [f"suppression.{listing.key}.{verb}" for verb in ("add", "remove")]},
    )  # fmt: skip
    if undone is None:
        raise ids.missing("op")
    adding = undone["kind"].endswith(".add")
    if adding and tx.now - undone["at"] > UNDO_WITHIN:
        raise Problem(
            "conflict",
            f"These {listing.key} were added more than a day ago. Remove them one by one.",
        )
    if undone["is_going"]:
        raise Problem(
            "conflict",
            f"The file with these {listing.key} is still being read. Wait until its page says that "
            "it is done, then take them off again.",
        )
    operation = operations.start(
        tx, who, f"suppression.{listing.key}.undo", through, subject="operation",
        subject_id=operation_id,
    )  # fmt: skip
    values = {"workspace": tx.workspace_id, "operation": operation.id, "undone": operation_id}
    restored = tx.run(listing.sql["take_back" if adding else "put_back"], values)
    changed: int = tx.value(
        "select count(*) from change where workspace_id = %s and operation_id = %s and kind = %s",
        [tx.workspace_id, operation_id, "created" if adding else "deleted"],
    )
    return Undone(restored, changed - restored)
