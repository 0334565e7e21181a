"""The assignment of a contact for programs (S0-59, D-25)."""

from __future__ import annotations

from uuid import UUID

from nimbus.contacts.assignment import assignment
from nimbus.contacts.assignment.assigned import Term, assigned
from nimbus.contacts.assignment.shapes import PastTerm, Renewal, ShownAssignment, Transfer
from nimbus.contacts.read import one
from nimbus.contacts.writing.edit import Editor
from nimbus.db import ids
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/contacts", "contacts")


@router.at("GET", "/{id}/assignment/", scope="contacts:read", answers=ShownAssignment)
def read_contact_assignment(ask: Ask, id: str) -> ShownAssignment:
    """Who works on a contact, until when, and which clients of the workspace did before."""
    return _shown(ask, ids.read("cont", id))


@router.at("POST", "/{id}/assignment/release/", scope="contacts:write", answers=ShownAssignment)
def release_contact_assignment(ask: Ask, id: str) -> ShownAssignment:
    """Let go of a contact: whoever asks first may claim its email, in any workspace."""
    found, _ = assignment.release(ask.tx, _editor(ask), ids.read("cont", id))
    return _shown(ask, found)


@router.at("POST", "/{id}/assignment/transfer/", scope="assignments:write", answers=ShownAssignment)
def transfer_contact_assignment(ask: Ask, id: str, given: Transfer) -> ShownAssignment:
    """Pass a contact on to another client of the workspace; nobody else can get in between."""
    contact_id = ids.read("cont", id)
    client_id = ids.read("client", given.client_id, "client_id")
    found, _ = assignment.transfer(ask.tx, _editor(ask), contact_id, client_id)
    return _shown(ask, found)


@router.at("POST", "/{id}/assignment/renew/", scope="contacts:write", answers=ShownAssignment)
def renew_contact_assignment(ask: Ask, id: str, given: Renewal | None = None) -> ShownAssignment:
    """Have a contact for a whole term from now on, or claim one that nobody holds; with another
    priority where one is given."""
    contact_id, wanted = ids.read("cont", id), given or Renewal()
    named = wanted.client_id
    client_id = None if named is None else ids.read("client", named, "client_id")
    found, _ = assignment.renew(ask.tx, _editor(ask), contact_id, client_id, wanted.priority)
    return _shown(ask, found)


def _editor(ask: Ask) -> Editor:
    return Editor(ask.who, "api", ask.instance.secrets.key("email"))


def _shown(ask: Ask, contact_id: UUID) -> ShownAssignment:
    """Raises Problem(not_found)."""
    row = one(ask.tx, contact_id)
    if row is None:
        raise ids.missing("cont")
    found = assigned(ask.tx, row)
    return ShownAssignment(
        state=found.state,
        client_id=found.client.shown_id if found.client else None,
        client_name=found.client.name if found.client else None,
        priority=found.priority,
        assigned_until=found.until,
        history=[_past(term) for term in found.past],
    )


def _past(term: Term) -> PastTerm:
    return PastTerm(
        client_id=ids.show("client", term.client_id),
        client_name=term.client,
        priority=term.priority,
        valid_from=term.begins,
        valid_until=term.ends,
    )
