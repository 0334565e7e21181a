"""Merging contacts: the oldest lives on, with the winning values and all that was known of the
others (S0-76, S0-77, D-10, G-11 … G-15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.contacts.absorb import locked, merge_rows
from nimbus.contacts.writing.one import Row, State, state
from nimbus.contacts.writing.winning import winners
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.operations import Operation
from nimbus.operations.absorbing import Absorbing, absorb
from nimbus.operations.operation import Changed
from nimbus.problems import Problem, invalid
from nimbus.suppression.absorb import hold_all

KIND = "contact.merge"
# For so long it can be undone (S0-78).
DAYS = 7
MOST = 20
_HOLDER = """
select c.id from contact c
where c.workspace_id = %(workspace)s and c.email = %(email)s and not c.is_deleted
    and c.id <> all (%(ids)s)
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contacts to merge: `first` wins where `choices` say nothing, `others` fill what it has
    not got. Choices are by column, or `custom.` and the id of the field: whose value wins."""

    first: UUID
    others: tuple[UUID, ...]
    choices: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: `kept` is the contact that lives on, `gone` those that lead to it now."""

    operation: Operation
    kept: UUID
    gone: tuple[UUID, ...]
    until: datetime


def merge(tx: Tx, who: Who, through: str, wanted: Wanted) -> Merged:
    """Merge contacts into the oldest of them. It can be undone for seven days.

    Raises Problem: not_found; in_trash; forbidden for a key that is limited to another client than
    holds one; conflict where a third contact has the email; validation_error for fewer than two,
    too many, or a choice of somebody else's value.
    """
    named = (wanted.first, *wanted.others)
    if not 2 <= len(named) <= MOST:
        raise invalid(f"Name between 2 and {MOST} contacts to merge.", "sources")
    rows = locked(tx, who, named)
    by_name = {id: row["id"] for id, row in zip(named, rows, strict=True)}
    choices = {column: _whose(by_name, id) for column, id in wanted.choices.items()}
    kept = min(rows, key=lambda row: (row["created_at"], row["id"]))
    gone = [row for row in rows if row["id"] != kept["id"]]
    first, *others = rows
    ordered = [first, *sorted(others, key=lambda row: (row["created_at"], row["id"]))]
    operation = operations.start(
        tx, who, KIND, through, subject="contact", subject_id=kept["id"],
        why=_names(gone),
    )  # fmt: skip
    emails = [(row["email"], row["email_key"]) for row in rows]
    won = winners(ordered, kept, choices)
    _refuse_third(tx, rows, won["email"])
    archived = merge_rows(tx, operation, kept, gone, won)
    for row in gone:
        absorb(tx, Absorbing(operation, kept["id"], row["id"], won["email"], archived[row["id"]]))
    hold_all(tx, operation, emails)
    # What happened to them counts in the score, and who moved the events does not tell.
    tx.changes.append(Changed("contact", "updated", (kept["id"],), operation=operation))
    tx.follow()
    return Merged(operation, kept["id"], tuple(archived), tx.now + timedelta(days=DAYS))


def _refuse_third(tx: Tx, rows: Sequence[Row], email: str) -> None:
    """Somebody in the trash may have the email of another contact by now (G-08). Raises
    Problem(conflict) with its `existing_id`."""
    values = {"workspace": tx.workspace_id, "email": email, "ids": [row["id"] for row in rows]}
    if other := tx.value(_HOLDER, values):
        raise Problem(
            "conflict",
            f"{email} is the email of another contact by now. Merge that one too, or choose "
            "another email.",
            "choices.email", existing_id=ids.show("cont", other),
        )  # fmt: skip


def shown(tx: Tx, merged: Merged) -> State:
    """The contact that lives on, as it is now."""
    return state(tx, merged.kept)


def _whose(by_name: Mapping[UUID, UUID], chosen: UUID) -> UUID:
    """A contact may be named by an id that leads to it."""
    if chosen in by_name:
        return by_name[chosen]
    if chosen in by_name.values():
        return chosen
    raise invalid("Choose a value of one of the contacts that are merged.", "choices")


def _names(gone: Sequence[Row]) -> str:
    return ", ".join(row["email"] for row in gone)
