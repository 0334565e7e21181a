"""Changing a workspace and its clients; every change is logged with what was before."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

import psycopg

from nimbus import operations
from nimbus.access.who import Who
from nimbus.accounts.client import Client, Terms, clients, find_client, workspace
from nimbus.accounts.name import tidy
from nimbus.db.door import Tx
from nimbus.operations.operation import log
from nimbus.problems import Problem, invalid


def save_workspace(tx: Tx, who: Who, through: str, *, name: str, agency: bool) -> None:
    """Rename the workspace, and turn agency mode on or off (D-14).

    Without agency mode the only client is the workspace itself and bears its name. Raises Problem
    when there are several clients, which agency mode cannot be turned off with.
    """
    before = workspace(tx)
    name = tidy(name, "name", "workspace")
    everyone = clients(tx)
    if not agency and len(everyone) > 1:
        raise invalid(
            f"This workspace has {len(everyone)} clients. Agency mode can be turned off only "
            "while there is one.",
            "agency",
        )
    old = {"name": before.name, "agency": before.agency}
    new = {"name": name, "agency": agency}
    if new == old:
        return
    operation = operations.start(tx, who, "workspace.save", through, subject="workspace",
                                 subject_id=before.id)  # fmt: skip
    tx.run("update workspace set name = %s, agency = %s where id = %s",
           [name, agency, tx.workspace_id])  # fmt: skip
    log(tx, operation, "workspace", before.id, "updated", *_differing(old, new))
    if not agency and everyone[0].name != name:
        _update(tx, operation, everyone[0], _terms(everyone[0]) | {"name": name})


def add_client(tx: Tx, who: Who, through: str, terms: Terms) -> Client:
    """A further client. Raises Problem when agency mode is off, the name is taken, or the asking
    key is limited to one client."""
    if who.client_id:
        raise Problem("forbidden", "This key is limited to one client, and cannot make another.")
    if not workspace(tx).agency:
        raise Problem("conflict", "Turn agency mode on first: without it a workspace has exactly "
                      "one client, itself.", "agency")  # fmt: skip
    operation = operations.start(tx, who, "client.create", through)
    try:
        with tx.connection.transaction():
            client_id: UUID = tx.value(
                "insert into client (workspace_id, name, assignment_days, priority, created_at) "
                "values (%s, %s, %s, %s, %s) returning id",
                [tx.workspace_id, terms.name, terms.assignment_days, terms.priority, tx.now],
            )
    except psycopg.errors.UniqueViolation:
        raise _taken(terms.name) from None
    log(tx, operation, "client", client_id, "created", None, asdict(terms))
    return Client(client_id, **asdict(terms))


def save_client(tx: Tx, who: Who, through: str, client_id: UUID, terms: Terms) -> Client:
    """Rename a client or change the terms of its coming claims; running ones stay as they are."""
    client = find_client(tx, client_id)
    if asdict(terms) != _terms(client):
        operation = operations.start(tx, who, "client.save", through, subject="client",
                                     subject_id=client_id)  # fmt: skip
        _update(tx, operation, client, asdict(terms))
    return Client(client_id, **asdict(terms))


def _update(
    tx: Tx, operation: operations.Operation, client: Client, terms: dict[str, object]
) -> None:
    try:
        with tx.connection.transaction():
            tx.run(
                "update client set name = %s, assignment_days = %s, priority = %s "
                "where workspace_id = %s and id = %s",
                [*terms.values(), tx.workspace_id, client.id],
            )
    except psycopg.errors.UniqueViolation:
        raise _taken(str(terms["name"])) from None
    log(tx, operation, "client", client.id, "updated", *_differing(_terms(client), terms))


def _terms(client: Client) -> dict[str, object]:
    return asdict(Terms(client.name, client.assignment_days, client.priority))


def _differing(
    old: dict[str, object], new: dict[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """The log keeps exactly what differs."""
    keys = [key for key in new if new[key] != old[key]]
    return {key: old[key] for key in keys}, {key: new[key] for key in keys}


def _taken(name: str) -> Problem:
    return Problem("conflict", f"There is a client called {name} already.", "name")
