"""Editing one contact by programs: `PATCH`, `DELETE` and what is done to it (S3-29 … S3-33)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Header, Query
from starlette.responses import Response

from nimbus.contacts import edit, trash
from nimbus.contacts.contact import Contact
from nimbus.contacts.erase import Erased, erase
from nimbus.contacts.one import State, locked, state
from nimbus.contacts.patch import Given, read_patch
from nimbus.contacts.shapes import (
    Correction,
    DeletedContact,
    EditedContact,
    EditMeta,
    Outcome,
    Removal,
    Tagging,
)
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


@router.at("PATCH", "/{id}/", scope="contacts:write", answers=EditedContact)
def update_contact(
    ask: Ask, id: str, given: Given, lenient: Lenient = False, if_match: IfMatch = None
) -> Response:
    """Change the fields that are named, and nothing else (S3-29); null clears one. What follows
    from a field follows: the full name, the time zone, tier and score."""
    contact_id = ids.read("cont", id)
    patch = read_patch(given, catalogue(ask.tx), lenient=lenient)
    edited = edit.update(ask.tx, _editor(ask, if_match), contact_id, patch)
    return _answer(ask, edited, patch.warnings)


@router.at("POST", "/{id}/tags/", scope="contacts:write", answers=EditedContact)
def tag_contact(ask: Ask, id: str, given: Tagging, if_match: IfMatch = None) -> Response:
    """Add and remove tags, and leave the others (S3-31)."""
    contact_id = ids.read("cont", id)
    add, remove = _tags(given.add, "add"), _tags(given.remove, "remove")
    edited = edit.tag(ask.tx, _editor(ask, if_match), contact_id, add, remove)
    return _answer(ask, edited)


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
    found = state(ask.tx, deleted)
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
    return _answer(ask, edited)


@router.at("POST", "/{id}/restore/", scope="contacts:write", answers=Contact)
def restore_contact(ask: Ask, id: str) -> Response:
    """Bring a contact back from the trash (S0-46)."""
    restored, _ = trash.restore(
        ask.tx, _editor(ask, None), ids.read("cont", id), ask.instance.settings
    )
    found = state(ask.tx, restored)
    return tagged(found.contact, found.tag)


def _editor(ask: Ask, if_match: str | None) -> edit.Editor:
    return edit.Editor(ask.who, "api", ask.instance.secrets.key("email"), seen(if_match))


def _answer(ask: Ask, edited: edit.Edited, warnings: tuple[str, ...] = ()) -> Response:
    return _tagged(state(ask.tx, edited.contact_id), _meta(edited.changed, warnings))


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
