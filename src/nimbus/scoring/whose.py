"""Whose tier rules and scoring model are meant: the workspace's, or those of one client (D-30)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from nimbus.access import Who
from nimbus.accounts.client import Client, clients, find_client, workspace
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.problems import Problem


@dataclass(frozen=True, slots=True)
class Whose:
    """`client` is None for the workspace. `others` are the clients a page lets one switch to."""

    client: Client | None
    others: tuple[Client, ...] = ()

    @property
    def client_id(self) -> UUID | None:
        return self.client.id if self.client else None

    @property
    def shown_id(self) -> str | None:
        return self.client.shown_id if self.client else None

    @property
    def its_own(self) -> UUID:
        """The client, where only a client can be meant. Raises Problem(not_found)."""
        if self.client is None:
            raise ids.missing("client")
        return self.client.id

    @property
    def query(self) -> str:
        """What keeps a page's links with this client."""
        return f"?client={self.client.shown_id}" if self.client else ""

    @property
    def name(self) -> str:
        return self.client.name if self.client else "the workspace"


def whose(tx: Tx, client: str | None) -> Whose:
    """By the id of a client as it is shown, none for the workspace. Raises Problem(not_found)."""
    found = find_client(tx, ids.read("client", client)) if client else None
    return Whose(found, tuple(clients(tx)) if found or workspace(tx).agency else ())


def whose_to_change(tx: Tx, who: Who, client: str | None) -> Whose:
    """The same, for a write. Raises Problem(forbidden) where the key is limited to another."""
    meant = whose(tx, client)
    if who.client_id and meant.client_id != who.client_id:
        raise Problem(
            "forbidden",
            f"This key is limited to one client: name it, as client_id="
            f"{ids.show('client', who.client_id)}.",
            "client_id",
        )
    return meant
