"""How the log's people and invitations are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from nimbus.accounts.invitation import waiting
from nimbus.accounts.read import people
from nimbus.db.door import Tx
from nimbus.operations.things import Column, Shown

LABELS = {"role": "Role", "email": "Email", "name": "Name"}


def columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    given = set(names)
    return [Column(name, label) for name, label in LABELS.items() if name in given]


def _people(tx: Tx, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    names = {person.user_id: person.name for person in people(tx)}
    return {id: names[id] for id in ids if id in names}


def _invitations(tx: Tx, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    emails = {one.id: one.email for one in waiting(tx)}
    return {id: emails[id] for id in ids if id in emails}


SHOWN = {
    "person": Shown("user", "person", _people, columns, lambda _: "/settings/people"),
    "invitation": Shown("inv", "invitation", _invitations, columns, lambda _: "/settings/people"),
}
