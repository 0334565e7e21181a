"""The assignment on the page of a contact: what it shows, and its forms (S0-59, D-25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from nimbus.access import Who
from nimbus.accounts.client import Client, clients, workspace
from nimbus.contacts.assignment import assignment
from nimbus.contacts.assignment.assigned import Assigned, assigned
from nimbus.contacts.done import back
from nimbus.contacts.writing.edit import Editor
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import Invalid
from nimbus.fields.types import SCORE
from nimbus.identity.claim import term
from nimbus.problems import invalid
from nimbus.web.parts import Option
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/contacts")

Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Section:
    """`until` is the end that a renewal would give it. `others` are the clients that it can be
    passed on to, `claimants` those among whom one is chosen who claims it."""

    now: Assigned
    until: datetime
    others: list[Option]
    claimants: list[Option]


def section(tx: Tx, who: Who, row: Mapping[str, Any]) -> Section:
    """What the page shows of a contact's assignment."""
    found, known = assigned(tx, row), clients(tx)
    if who.client_id:
        known = [client for client in known if client.id == who.client_id]
    holder = found.client or known[0]
    others = [client for client in known if client != found.client]
    choice = workspace(tx).agency and found.client is None
    # None of them is chosen before anybody does: it would be the first by name.
    claimants = [Option("", "Choose a client"), *_options(known)] if choice else []
    return Section(found, term(tx.now, holder), _options(others), claimants)


@router.at("POST", "/{id}/assignment/release", scope="contacts:write")
def release_form(ask: Ask, id: str) -> Response:
    found, operation = assignment.release(ask.tx, _editor(ask), ids.read("cont", id))
    return back(ask.request, found, "released", operation)


@router.at("POST", "/{id}/assignment/transfer", scope="assignments:write")
def transfer_form(ask: Ask, id: str, client_id: Text = "") -> Response:
    contact_id, client = ids.read("cont", id), ids.read("client", client_id, "client_id")
    found, operation = assignment.transfer(ask.tx, _editor(ask), contact_id, client)
    return back(ask.request, found, "transferred", operation)


@router.at("POST", "/{id}/assignment/renew", scope="contacts:write")
def renew_form(ask: Ask, id: str, client_id: Text = "", priority: Text = "") -> Response:
    contact_id = ids.read("cont", id)
    client = ids.read("client", client_id, "client_id") if client_id else None
    found, operation = assignment.renew(
        ask.tx, _editor(ask), contact_id, client, _priority(priority)
    )
    return back(ask.request, found, "renewed", operation)


def _priority(text: str) -> int | None:
    try:
        return SCORE.parse(text)
    except Invalid as wrong:
        raise invalid(str(wrong), "priority") from None


def _editor(ask: Ask) -> Editor:
    return Editor(ask.who, "web", ask.instance.secrets.key("email"))


def _options(known: list[Client]) -> list[Option]:
    return [Option(client.shown_id, client.name) for client in known]
