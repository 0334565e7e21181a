"""A selection: the contacts that an action is about, frozen and counted when it is confirmed, so
that what was counted is what is changed (G-20, D-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.access import Who
from nimbus.contacts.read import ContactList, Reading, Shown, led_on
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside, together
from nimbus.fields.read import catalogue
from nimbus.filters import describe, dump, load
from nimbus.operations.bulk import people
from nimbus.operations.erasing import Person
from nimbus.problems import Problem, invalid

_SQL = beside(__file__, "selection.sql")

# So many contacts can be named in one operation; a filter may find any number (D-11).
MOST_NAMED = 10_000
# What nobody has said to keep longer was never used.
UNUSED = timedelta(days=1)
SWEPT_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Selection:
    """`is_named` is true of contacts that were named one by one; else `filter` (as it is stored),
    `search` and `shown` are what the list asked for. `count` is how many it had when it was made.
    """

    id: UUID
    is_named: bool
    filter: dict[str, Any] | None
    search: str
    shown: Shown
    count: int
    made_by: str
    made_at: datetime


def freeze(
    tx: Tx, who: Who, chosen: ContactList | Sequence[UUID], expected: int | None = None
) -> Selection:
    """The contacts of a list, or those that are named, be they there or not, as a selection that is
    kept for a day (see `keep`). `expected` is how many somebody was told that they are.

    Raises Problem that names `contact_ids` when too many are named, or none that is here; conflict
    with the `count` of now when that is another one (G-20).
    """
    asked = chosen if isinstance(chosen, ContactList) else ContactList()
    matching, binds = _matching(tx, chosen)
    values = {
        "workspace": tx.workspace_id, "named": asked is not chosen, "search": asked.search,
        "filter": Jsonb(dump(asked.filter)) if asked.filter else None, "shown": asked.shown,
        "by": who.name, "now": tx.now, "until": tx.now + UNUSED,
    }  # fmt: skip
    selection: UUID = tx.value(_SQL["make"], values)
    filling = together(_SQL["fill"], matching=matching)
    count = tx.run(filling, {**binds, "selection": selection})
    _refuse_other_count(count, expected)
    tx.run(_SQL["counted"], {"workspace": tx.workspace_id, "selection": selection, "count": count})
    return find(tx, selection)


def count(tx: Tx, chosen: ContactList | Sequence[UUID], expected: int | None = None) -> int:
    """How many would be frozen, exactly. Raises Problem as `freeze`."""
    matching, binds = _matching(tx, chosen)
    found: int = tx.value(together(_SQL["count"], matching=matching), binds)
    _refuse_other_count(found, expected)
    return found


def find(tx: Tx, selection_id: UUID) -> Selection:
    """Of an action that keeps it. Raises LookupError when it was swept."""
    found = tx.one(
        Selection, _SQL["find"], {"workspace": tx.workspace_id, "selection": selection_id}
    )
    if found is None:
        raise LookupError(selection_id)
    return found


def members(tx: Tx, selection_id: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """The next `limit` members after one, in the order of their ids: a job goes on from the last
    that it has dealt with, and locks them in this order."""
    values = {"workspace": tx.workspace_id, "selection": selection_id, "after": after,
              "limit": limit}  # fmt: skip
    return tx.column(_SQL["members"], values)


def keep(tx: Tx, selection_id: UUID, until: datetime) -> None:
    """Whoever uses it says how long."""
    values = {"workspace": tx.workspace_id, "selection": selection_id, "until": until}
    tx.run(_SQL["keep"], values)


def sentence(tx: Tx, selection: Selection) -> str:
    """Who was chosen, for people: “Tier is A or B”."""
    if selection.is_named:
        return "Chosen one by one"
    told = [f"found by “{selection.search}”"] if selection.search else []
    if selection.filter:
        try:
            told.append(describe(load(selection.filter, catalogue(tx))))
        except Problem:
            told.append("by a filter that asks for a field that is gone")
    if selection.shown == "deleted":
        told.append("in the trash")
    whole = " and ".join(told) or "everybody"
    return whole[0].upper() + whole[1:]


def sweep(tx: Tx) -> bool:
    """Remove some of what nobody keeps any more; whether there is more of it."""
    values = {"workspace": tx.workspace_id, "now": tx.now, "limit": SWEPT_AT_ONCE}
    if tx.run(_SQL["sweep_members"], values) == SWEPT_AT_ONCE:
        return True
    tx.run(_SQL["sweep"], values)
    return False


def erase(tx: Tx, person: Person) -> None:
    """Whoever is erased is in no selection any more; its count stays what it was."""
    tx.run(_SQL["erase"], {"workspace": tx.workspace_id, "ids": list(person.contacts)})


def _refuse_other_count(found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise Problem(
            "conflict",
            f"{people(found)} {'matches' if found == 1 else 'match'} now, and not {expected:,}. "
            "Nothing was changed: look again, and confirm the new number.",
            "expected_count", count=found,
        )  # fmt: skip


def _matching(tx: Tx, chosen: ContactList | Sequence[UUID]) -> tuple[sql.SQL, dict[str, Any]]:
    """A statement that finds their ids, and what it binds. Whoever is named by an id that was
    merged away is meant as the contact that lives on."""
    if isinstance(chosen, ContactList):
        return Reading(tx, chosen).select(sql.SQL("m.id"))
    once = list(dict.fromkeys(chosen))
    if len(once) > MOST_NAMED:
        raise invalid(
            f"Name at most {MOST_NAMED:,} contacts, or say by a filter which are meant.",
            "contact_ids",
        )
    binds = {"workspace": tx.workspace_id, "ids": once}
    if not tx.value(_SQL["is_any_here"], binds):
        raise invalid("None of these contacts is in this workspace.", "contact_ids")
    binds["ids"] = list(dict.fromkeys(led_on(tx, once)))
    return sql.SQL("select unnest(%(ids)s::uuid[]) as id"), binds
