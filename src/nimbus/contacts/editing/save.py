"""Saving a form of the contact page: by the same rules as the API (S0-24 … S0-28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nimbus.access import Who
from nimbus.accounts.registry_ask import note_registry_ask
from nimbus.companies import edit as companies
from nimbus.companies import given, read
from nimbus.contacts.form import EditForm, Sent
from nimbus.contacts.writing import edit
from nimbus.contacts.writing.patch import read_patch
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.fields.read import catalogue
from nimbus.operations import Operation
from nimbus.problems import Problem, invalid
from nimbus.web.etag import seen

Row = Mapping[str, Any]

# Beyond so many contacts it is asked whether a change of their company is meant (S0-27).
MANY = 10
# Refusals that tell what the registry knows of an email beyond this workspace.
REGISTRYS = frozenset({"assigned_elsewhere", "globally_suppressed"})


class Affects(Exception):
    """The change concerns so many contacts that it is to be confirmed."""

    def __init__(self, contacts: int) -> None:
        super().__init__(contacts)
        self.contacts = contacts


def save(
    tx: Tx, instance: Instance, who: Who, row: Row, form: EditForm, sent: Sent
) -> Operation | None:
    """Write what was sent; answers the operation, None where nothing was different. Raises Problem
    and Affects with nothing written, but for a note of what the registry told (D-15)."""
    changes = len(tx.changes)
    try:
        with tx.connection.transaction():
            return _save(tx, instance, who, row, form, sent)
    except (Problem, Affects) as refused:
        del tx.changes[changes:]
        if isinstance(refused, Problem) and refused.code in REGISTRYS:
            note_registry_ask(tx, who, instance.settings, "web", "Another email for a contact")
        raise


def _save(
    tx: Tx, instance: Instance, who: Who, row: Row, form: EditForm, sent: Sent
) -> Operation | None:
    members = form.members(sent)
    if form.of_company:
        return _save_company(tx, who, row, form, sent)
    named = sent.client_id
    client_id = None if named is None else ids.read("client", named, "client_id")
    editor = edit.Editor(who, "web", instance.secrets.key("email"), seen(sent.seen), client_id)
    return edit.update(tx, editor, row["id"], read_patch(members, catalogue(tx))).operation


def save_company(tx: Tx, who: Who, row: Row, form: EditForm, sent: Sent) -> Operation | None:
    """The same for the company of a row, where no contact has led to it."""
    changes = len(tx.changes)
    try:
        with tx.connection.transaction():
            return _save_company(tx, who, row, form, sent)
    except (Problem, Affects):
        del tx.changes[changes:]
        raise


def _save_company(tx: Tx, who: Who, row: Row, form: EditForm, sent: Sent) -> Operation | None:
    members, company_id = form.members(sent), company_of(row)
    columns = given.read(members)
    if any(row[f"company_{name}"] != columns[name] for name in members):
        affected = read.people(tx, company_id)
        if affected > max(MANY, sent.confirmed):
            raise Affects(affected)
    return companies.update(tx, who, "web", company_id, members, seen(sent.seen))


def company_of(row: Row) -> Any:
    """The id of the contact's company. Raises Problem where it has none."""
    if row["company_id"] is None:
        raise invalid("The contact has no company. Say first which one it belongs to.")
    return row["company_id"]
