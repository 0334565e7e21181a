"""Erasing what happened to a person, for whoever erases them (D-09)."""

from __future__ import annotations

from nimbus.contacts.writing import engaged
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.erasing import Person

_SQL = beside(__file__, "erase.sql")
_TABLES = ("note", "task", "deal")


def erase(tx: Tx, person: Person) -> None:
    """Take events, totals, notes, tasks and deals of a person away for good, also out of the log.
    The keys of events stay: they are digests that tell nothing, and keep an old event from coming
    back."""
    ids = list(person.contacts)
    values = {"workspace": tx.workspace_id, "ids": ids}
    tx.run("select erase_events(%s::uuid[])", [ids])
    for name in ("total", *_TABLES):
        tx.run(_SQL[name], values)
    engaged.forget(tx, ids)
