"""The assignment of a contact as it is shown: who holds it, until when, and who did before
(S0-59). It runs out by the clock: nothing has to be written for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from nimbus.accounts.client import Client, clients
from nimbus.contacts.assignment.assignment import is_held
from nimbus.db.door import Tx
from nimbus.identity import assignment as registry

State = Literal["active", "expired", "none", "elsewhere"]
GONE = "a former client"


@dataclass(frozen=True, slots=True)
class Term:
    """One assignment of the contact's email to a client of this workspace."""

    client_id: UUID
    client: str
    priority: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Assigned:
    """`elsewhere`: somebody holds it who is not told here, until a day (D-15). `until` is the end
    of what counts now, of an expired one the moment at which it did. `past` are the terms of this
    workspace that are over, newest first."""

    state: State
    client: Client | None
    priority: int | None
    until: datetime | None
    past: tuple[Term, ...]


def assigned(tx: Tx, row: Mapping[str, Any]) -> Assigned:
    """Of a row with `email_key`, `client_id` and `assigned_until`."""
    known = {client.id: client for client in clients(tx)}
    terms = [_term(held, known) for held in registry.history(tx, row["email_key"])]
    past = tuple(term for term in terms if term.ends <= tx.now)
    client = known.get(row["client_id"])
    if is_held(tx, row):
        now = next((term for term in terms if term.ends > tx.now), None)
        return Assigned(
            "active", client, now.priority if now else None, row["assigned_until"], past
        )
    asking = client or next(iter(known.values()))
    until = registry.elsewhere_until(tx, row["email_key"], asking.id)
    if until:
        return Assigned("elsewhere", None, None, until, past)
    state: State = "expired" if client else "none"
    return Assigned(state, client, None, row["assigned_until"], past)


def _term(held: registry.Held, known: Mapping[UUID, Client]) -> Term:
    client = known.get(held.client_id)
    name = client.name if client else GONE
    return Term(held.client_id, name, held.priority, held.valid_from, held.valid_until)
