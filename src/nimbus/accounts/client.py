"""A client: the unit of assignment (D-14). A workspace without agency mode has exactly one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.access.who import Who
from nimbus.accounts.name import tidy
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.problems import Problem, invalid

MOST_DAYS, MOST_PRIORITY = 3650, 100


@dataclass(frozen=True, slots=True)
class Client:
    """`assignment_days` and `priority` (1–100) are the defaults of its claims (D-25)."""

    id: UUID
    name: str
    assignment_days: int
    priority: int

    @property
    def shown_id(self) -> str:
        return ids.show("client", self.id)


@dataclass(frozen=True, slots=True)
class Terms:
    """What people decide about a client. Raises Problem that names the field."""

    name: str
    assignment_days: int
    priority: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", tidy(self.name, "name", "client"))
        if not 1 <= self.assignment_days <= MOST_DAYS:
            raise invalid(
                f"An assignment lasts between 1 and {MOST_DAYS:,} days.", "assignment_days"
            )
        if not 1 <= self.priority <= MOST_PRIORITY:
            raise invalid(f"A priority is between 1 and {MOST_PRIORITY}.", "priority")


@dataclass(frozen=True, slots=True)
class Workspace:
    id: UUID
    name: str
    agency: bool
    contacts_hard_limit: int | None


def workspace(tx: Tx) -> Workspace:
    """The bound workspace."""
    found = tx.one(
        Workspace,
        "select id, name, agency, contacts_hard_limit from workspace where id = %s",
        [tx.workspace_id],
    )
    if found is None:
        raise Problem("not_found", "No such workspace.")
    return found


def clients(tx: Tx) -> list[Client]:
    return tx.all(
        Client,
        "select id, name, assignment_days, priority from client where workspace_id = %s "
        "order by name, id",
        [tx.workspace_id],
    )


def find_client(tx: Tx, client_id: UUID) -> Client:
    """Raises Problem(not_found)."""
    found = tx.one(
        Client,
        "select id, name, assignment_days, priority from client "
        "where workspace_id = %s and id = %s",
        [tx.workspace_id, client_id],
    )
    if found is None:
        raise ids.missing("client")
    return found


def client_for(tx: Tx, who: Who, named: UUID | None) -> Client:
    """The client a write claims for: the one named, else the one the key is limited to, else the
    only one there is. Raises Problem(client_required) in agency mode when none is named (D-14)."""
    if named and who.client_id and named != who.client_id:
        raise Problem("forbidden", "This key is limited to another client.", "client_id")
    wanted = named or who.client_id
    found = clients(tx)
    if wanted is None:
        if not workspace(tx).agency:
            return found[0]
        raise Problem(
            "client_required",
            "This workspace works for several clients: say for which one (client_id, or --client).",
            "client_id",
        )
    for client in found:
        if client.id == wanted:
            return client
    raise invalid("There is no such client in this workspace.", "client_id")


def refuse_anothers(who: Who, holder: UUID | None, until: datetime | None, now: datetime) -> None:
    """A key that is limited to one client changes nothing of a contact that another client of the
    workspace holds until later than `now` (D-14). Raises Problem(forbidden)."""
    if who.client_id and holder not in (None, who.client_id) and until and until > now:
        raise Problem(
            "forbidden",
            "This key is limited to one client, and another client of this workspace holds the "
            "contact.",
        )


def refuse_limited(who: Who, what: str) -> None:
    """What belongs to the whole workspace is not for a key that is limited to one client to change.
    Raises Problem(forbidden)."""
    if who.client_id:
        raise Problem(
            "forbidden",
            f"This key is limited to one client. {what} belongs to the whole workspace.",
        )
