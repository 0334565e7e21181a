"""Editing one contact by programs: `PATCH`, `DELETE` and what is done to it (S3-29 … S3-33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from starlette.responses import Response

from nimbus.accounts.client import client_for
from nimbus.contacts.contact import Contact
from nimbus.contacts.shapes import (
    Correction,
    DeletedContact,
    EditedConsent,
    EditedContact,
    EditMeta,
    Outcome,
    Removal,
    Restoration,
    Tagging,
)
from nimbus.contacts.trash import trash
from nimbus.contacts.trash.erase import Erased, erase
from nimbus.contacts.writing import edit
from nimbus.contacts.writing.incoming import OF_CONSENT
from nimbus.contacts.writing.one import State, as_asked, locked, state
from nimbus.contacts.writing.patch import Given, read_patch
from nimbus.db import ids
from nimbus.fields import Invalid
from nimbus.fields.read import catalogue
from nimbus.fields.types import EMAIL, TAGS
from nimbus.operations.references import Thing, references, shown
from nimbus.problems import invalid
from nimbus.web.etag import IfMatch, seen, tagged
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/contacts", "contacts")

Hard = Annotated[
    bool, Query(description="Erase the person for good; needs the scope `admin:gdpr`.")
]
Lenient = Annotated[
    bool, Query(description="Drop custom fields that are not there, and say so in `warnings`.")
]
WHY = Query(description="Why, where the body of a DELETE is lost on the way.", max_length=1_000)
WHY_HEADER = Header(
    alias="X-Deletion-Reason", description="Likewise, as a header.", max_length=1_000
)

# With one of these an edit is answered with the whole contact; whoever only records consent sees
# no more of it than that.
SEEING = ("contacts:read", "contacts:write", "admin:gdpr")


@router.at(
    "PATCH", "/{id}/", scope="contacts:write", scope_or="consent:write",
    answers=EditedContact | EditedConsent,
)  # fmt: skip
def update_contact(
    ask: Ask, id: str, given: Given, lenient: Lenient = False, if_match: IfMatch = None
) -> Response:
    """Change the fields that are named, and nothing else (S3-29); null clears one. What follows
    from a field follows: the full name, the time zone, tier and score. For consent and status alone
    `consent:write` is enough; without `contacts:read` the answer then has no more than `id`, these
    members and `meta`."""
    # Whoever changes nothing asks to be told the contact.
    if not given or not OF_CONSENT.issuperset(given):
        ask.who.need("contacts:write")
    contact_id = ids.read("cont", id)
    client_id = _claimant(ask, contact_id, given)
    fields = {name: value for name, value in given.items() if name != "client_id"}
    patch = read_patch(fields, catalogue(ask.tx), lenient=lenient)
    edited = edit.update(ask.tx, _editor(ask, if_match, client_id), contact_id, patch)
    return _answer(ask, contact_id, edited, patch.warnings)


@router.at("POST", "/{id}/tags/", scope="contacts:write", answers=EditedContact)
def tag_contact(ask: Ask, id: str, given: Tagging, if_match: IfMatch = None) -> Response:
    """Add and remove tags, and leave the others (S3-31)."""
    contact_id = ids.read("cont", id)
    add, remove = _tags(given.add, "add"), _tags(given.remove, "remove")
    edited = edit.tag(ask.tx, _editor(ask, if_match), contact_id, add, remove)
    return _answer(ask, contact_id, edited)


@router.at(
    "DELETE", "/{id}/", scope="contacts:write", scope_when={"hard": "admin:gdpr"},
    answers=DeletedContact | Erased,
)  # fmt: skip
def delete_contact(
    ask: Ask, id: str, given: Removal | None = None, hard: Hard = False,
    deletion_reason: Annotated[str | None, WHY] = None,
    reason_header: Annotated[str | None, WHY_HEADER] = None, if_match: IfMatch = None,
) -> Response | Erased:  # fmt: skip
    """Put a contact into the trash, from where it can be restored (S3-32), and say what used it:
    none of that keeps it from going, since it comes back with the contact (S4-15, G-33). With
    `hard=true` the person is erased instead, for good and with everything that is known of them
    (S3-33)."""
    contact_id = ids.read("cont", id)
    why = (given.deletion_reason if given else None) or deletion_reason or reason_header or None
    editor = _editor(ask, if_match)
    if hard:
        return erase(ask.tx, editor, contact_id, why)
    # Before it goes: then no segment finds it any more.
    used = references(ask.tx, Thing("contact", str(locked(ask.tx, ask.who, contact_id)["id"])))
    deleted, operation = trash.delete(ask.tx, editor, contact_id, why)
    found = as_asked(state(ask.tx, deleted), contact_id)
    changed = ["deleted_at", "deletion_reason", "is_deleted"] if operation else []
    changed = [name for name in changed if getattr(found.contact, name) is not None]
    return _tagged(found, {**_meta(changed), "references": shown(used)})


@router.at("POST", "/{id}/email/", scope="admin:gdpr", answers=EditedContact)
def correct_contact_email(ask: Ask, id: str, given: Correction) -> Response:
    """Put a mistyped email right though another client holds the right one (S0-83)."""
    contact_id = ids.read("cont", id)
    try:
        right = EMAIL.parse_json(given.email)
    except Invalid as wrong:
        raise invalid(str(wrong), "email") from None
    if right is None:
        raise invalid("Say what the right email is.", "email")
    editor = _editor(ask, None)
    edited = edit.correct_email(ask.tx, editor, contact_id, right, given.why)
    return _answer(ask, contact_id, edited)


@router.at("POST", "/{id}/restore/", scope="contacts:write", answers=Contact)
def restore_contact(ask: Ask, id: str, given: Restoration | None = None) -> Response:
    """Bring a contact back from the trash (S0-46)."""
    contact_id, named = ids.read("cont", id), given.client_id if given else None
    client_id = None if named is None else ids.read("client", named, "client_id")
    editor = _editor(ask, None, client_id)
    restored, _ = trash.restore(ask.tx, editor, contact_id, ask.instance.settings)
    found = as_asked(state(ask.tx, restored), contact_id)
    return tagged(found.contact, found.tag)


def _claimant(ask: Ask, contact_id: UUID, given: Mapping[str, Any]) -> UUID | None:
    """For which client the new email is claimed of a contact that has none; the client that it has
    is no change. Raises Problem for another: a contact is passed on by its assignment."""
    if "client_id" not in given:
        return None
    named = given["client_id"]
    if not isinstance(named, str):
        raise invalid("Send the id of a client, such as client_01h4….", "client_id")
    client_id = ids.read("client", named, "client_id")
    held = locked(ask.tx, ask.who, contact_id)["client_id"]
    client = client_for(ask.tx, ask.who, client_id)
    if held != client.id and (held is not None or "email" not in given):
        raise invalid(
            "client_id only says for whom a new email of a contact without a client is claimed; "
            "otherwise transfer or renew its assignment.", "client_id",
        )  # fmt: skip
    return client.id


def _editor(ask: Ask, if_match: str | None, client_id: UUID | None = None) -> edit.Editor:
    secret = ask.instance.secrets.key("email")
    return edit.Editor(ask.who, "api", secret, seen(if_match), client_id)


def _answer(ask: Ask, asked: UUID, edited: edit.Edited, warnings: tuple[str, ...] = ()) -> Response:
    found = as_asked(state(ask.tx, edited.contact_id), asked)
    meta = _meta(edited.changed, warnings)
    if any(map(ask.who.may, SEEING)):
        return _tagged(found, meta)
    told = {name: getattr(found.contact, name) for name in ("id", *sorted(OF_CONSENT))}
    return tagged({**told, "meta": meta}, found.tag)


def _meta(changed: list[str], warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    outcome: Outcome = "updated" if changed else "unchanged"
    return asdict(EditMeta(outcome, changed, list(warnings)))


def _tagged(found: State, meta: dict[str, Any]) -> Response:
    told = {name: getattr(found.contact, name) for name in Contact.__slots__}
    return tagged({**told, "meta": meta}, found.tag)


def _tags(given: list[str], at: str) -> list[str]:
    try:
        return TAGS.parse_json(given) or []
    except Invalid as wrong:
        raise invalid(str(wrong), at) from None
