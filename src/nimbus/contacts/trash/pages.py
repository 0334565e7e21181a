"""Deleting a contact and bringing it back, on its pages (S0-44, S0-46, S4-15, G-33)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.done import back
from nimbus.contacts.read import one
from nimbus.contacts.trash import trash
from nimbus.contacts.writing.edit import Editor
from nimbus.db import ids
from nimbus.operations.pages import undo_href
from nimbus.operations.references import Thing, references
from nimbus.problems import Problem
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/contacts")

LONGEST = 1_000


@router.at("GET", "/{id}/deletion", scope="contacts:write")
def deletion_page(ask: Ask, id: str) -> Response:
    """What uses the contact, and why it is to go."""
    row = _found(ask, id)
    here = f"/contacts/{ids.show('cont', row['id'])}"
    if row["is_deleted"]:
        return RedirectResponse(here, 303)
    return render(
        ask.request, "contacts/deletion.html", contact=row, here=here, longest=LONGEST,
        name=row["full_name"] or row["email"],
        used=references(ask.tx, Thing("contact", str(row["id"]))),
    )  # fmt: skip


@router.at("POST", "/{id}/deletion", scope="contacts:write")
def deletion_form(ask: Ask, id: str, reason: Annotated[str, Form()] = "") -> Response:
    why = reason.replace("\0", "").strip()[:LONGEST] or None
    found, operation = trash.delete(ask.tx, _editor(ask), ids.read("cont", id), why)
    return back(ask.request, found, "deleted", operation)


@router.at("POST", "/{id}/restore", scope="contacts:write")
def restore_form(ask: Ask, id: str, client_id: Annotated[str, Form()] = "") -> Response:
    """From the row of a list that row goes; a refusal leads to the contact's page, which says what
    is in the way and what to do about it, or asks for which client."""
    contact_id = ids.read("cont", id)
    client = ids.read("client", client_id, "client_id") if client_id else None
    editor = Editor(ask.who, "web", ask.instance.secrets.key("email"), client_id=client)
    try:
        found, operation = trash.restore(ask.tx, editor, contact_id, ask.instance.settings)
    except Problem as refused:
        if refused.field != "email" and refused.code != "client_required":
            raise
        return back(ask.request, _found(ask, id)["id"], "", None)
    in_row = ask.request.headers.get("hx-target") == f"row-{id}"
    if not in_row or operation is None:
        return back(ask.request, found, "restored", operation)
    row = _found(ask, id)
    words = f"{row['full_name'] or row['email']} was restored"
    toast(ask.request, words, undo_href(operation.id), link=f"/contacts/{id}", link_words="Open")
    return render(ask.request, "contacts/restored.html")


def _found(ask: Ask, id: str) -> dict[str, Any]:
    """Raises Problem(not_found)."""
    row = one(ask.tx, ids.read("cont", id))
    if row is None:
        raise ids.missing("cont")
    return row


def _editor(ask: Ask) -> Editor:
    return Editor(ask.who, "web", ask.instance.secrets.key("email"))
