"""Editing one contact: its fields, its tags, its email, its company (S3-29 … S3-31, S0-24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from nimbus import operations
from nimbus.access import Who
from nimbus.accounts.read import people
from nimbus.companies import named
from nimbus.contacts.writing import email
from nimbus.contacts.writing.derived import needed, with_followers
from nimbus.contacts.writing.incoming import LADDERS, TWINS
from nimbus.contacts.writing.one import Row, change, differing, locked, state
from nimbus.contacts.writing.patch import Patch
from nimbus.contacts.writing.write import HOUSEKEEPING
from nimbus.db.door import Tx
from nimbus.fields import derive
from nimbus.fields.read import catalogue
from nimbus.fields.required import refuse_clearing
from nimbus.operations import Operation
from nimbus.operations.since import Edit, refuse_overwriting
from nimbus.problems import Problem, invalid
from nimbus.web.etag import Seen

# Told by another member: the phone, the email, the company. For whom a new email is claimed is
# told, since whoever sends `client_id` asks for it.
UNTOLD = {*HOUSEKEEPING.split(","), *TWINS, "email_domain", "email_key"} - {"client_id"}


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits, through what, which state they have seen (None: they do not say), and the secret
    that emails are hashed with. A new email of a contact without a client is claimed for
    `client_id`."""

    who: Who
    through: str
    secret: bytes
    seen: Seen | None = None
    client_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """Whose the edit was (of a merged contact the one that was kept), which members of the contact
    it changed, and the operation it belongs to; None where nothing was different."""

    contact_id: UUID
    changed: list[str]
    operation: Operation | None = None


def update(tx: Tx, editor: Editor, contact_id: UUID, patch: Patch) -> Edited:
    """Carry out an edit.

    Raises Problem: not_found; in_trash; forbidden, where another client holds the contact than the
    key's, and naming the scope where consent would be loosened (G-02); validation_error where a
    required field would be cleared (S4-06); precondition_failed (F-33); whatever `email.take`
    refuses.
    """
    row = _live(tx, editor.who, contact_id)
    columns = dict(patch.columns)
    custom = _merged(row["custom"], patch.custom)
    _refuse_loosening(editor.who, row, columns)
    if columns.get("owner_id") not in (None, row["owner_id"]):
        _refuse_stranger(tx, columns["owner_id"])
    names = {field.column: field.path[1] for field in catalogue(tx).custom()}
    company = _company(tx, patch)
    moves = patch.moves and (company or patch.company) != row["company_id"]
    _refuse_overwriting(tx, editor, row, [
        *(Edit(name, name, value, row[name]) for name, value in columns.items()),
        *(
            Edit(f"custom_fields.{names[key]}", "custom", value, row["custom"].get(key), key)
            for key, value in patch.custom.items()
        ),
        *([Edit("company", "company_id", company or patch.company, row["company_id"])]
          if patch.moves else ()),
    ])  # fmt: skip
    new_email = columns.pop("email", row["email"])
    wanted = {**with_followers(row, columns), "custom": custom}
    refuse_clearing(needed(tx, columns), {**row, **row["custom"]}, {**row, **wanted, **custom})
    if not (moves or new_email != row["email"] or differing(row, wanted)):
        return Edited(row["id"], [])
    operation = operations.start(
        tx, editor.who, "contact.update", editor.through, subject="contact", subject_id=row["id"]
    )
    domain = patch.company if moves and company is None else None
    if new_email != row["email"]:
        claiming = {**row, "client_id": row["client_id"] or editor.client_id}
        taken = email.take(tx, editor.who, claiming, new_email, editor.secret)
        wanted = email.remember_refusals(tx, row, taken, wanted)
        email.hold(tx, operation, row, {**row, **wanted})
        if row["company_id"] is None and not patch.moves:
            domain = derive.company_domain(wanted["email_domain"])
    if moves:
        wanted["company_id"] = company
    if isinstance(domain, str):
        wanted["company_id"] = named.by_domain(tx, operation, domain)
    values = differing(row, wanted)
    change(tx, operation, row, values)
    return Edited(row["id"], _told(row, values, names), operation)


def tag(
    tx: Tx, editor: Editor, contact_id: UUID, add: Sequence[str], remove: Sequence[str]
) -> Edited:
    """Add and remove tags; what is in both is removed. As `update`."""
    row = _live(tx, editor.who, contact_id)
    gone = set(remove)
    tags = [one for one in dict.fromkeys([*row["tags"], *add]) if one not in gone]
    return update(tx, editor, row["id"], Patch({"tags": tags}))


def correct_email(tx: Tx, editor: Editor, contact_id: UUID, new_email: str, why: str) -> Edited:
    """Put a mistyped email right though another client holds the right one (S0-83): the contact has
    it then without an assignment, and nobody is booked twice. Raises Problem: not_found; in_trash;
    forbidden without `admin:gdpr`; conflict; suppressed for a person who was erased."""
    editor.who.need("admin:gdpr")
    row = _live(tx, editor.who, contact_id)
    if new_email == row["email"]:
        return Edited(row["id"], [])
    taken = email.take(tx, editor.who, row, new_email, editor.secret, forced=True)
    operation = operations.start(
        tx, editor.who, "contact.correct_email", editor.through, subject="contact",
        subject_id=row["id"], why=why,
    )  # fmt: skip
    wanted = email.remember_refusals(tx, row, taken, {})
    email.hold(tx, operation, row, {**row, **wanted})
    values = differing(row, wanted)
    change(tx, operation, row, values)
    return Edited(row["id"], _told(row, values, {}), operation)


def _live(tx: Tx, who: Who, contact_id: UUID) -> Row:
    row = locked(tx, who, contact_id)
    if row["is_deleted"]:
        raise Problem("in_trash", "The contact is in the trash. Restore it before you change it.")
    return row


def _merged(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The custom values with those given, as they come back from the database."""
    values = {key: value for key, value in {**held, **given}.items() if value is not None}
    merged: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(values, enc_hook=str))
    return merged


def _refuse_loosening(who: Who, row: Row, columns: Mapping[str, Any]) -> None:
    """Consent and status become stricter freely; looser only for whoever may record consent, and a
    consent only with what proves it (G-02)."""
    for column, ladder in LADDERS.items():
        if not ladder.tightened(row[column], columns.get(column)).protected:
            continue
        who.need("consent:write")
        if column == "consent_status" and not columns.get("consent_source"):
            raise invalid(
                "This loosens a consent: say in consent_source where the consent comes from.",
                "consent_source",
            )


def _refuse_stranger(tx: Tx, owner: UUID) -> None:
    if owner not in {person.user_id for person in people(tx)}:
        raise invalid("There is no such person in this workspace.", "owner_id")


def _company(tx: Tx, patch: Patch) -> UUID | None:
    """The company that an edit names; None for none, and for one that is still to be made."""
    if isinstance(patch.company, str):
        return named.find(tx, patch.company)
    return named.by_id(tx, patch.company, "company_id") if patch.company else None


def _refuse_overwriting(tx: Tx, editor: Editor, row: Row, edits: Sequence[Edit]) -> None:
    if editor.seen is not None:
        refuse_overwriting(tx, editor.seen, row["id"], edits, state(tx, row["id"]).tag)


def _told(row: Row, values: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """The changed members of the contact by the names that the API has for them."""
    told = ["company" if c == "company_id" else c for c in values if c not in {*UNTOLD, "custom"}]
    was, now = row["custom"], values.get("custom", row["custom"])
    return sorted(told) + sorted(
        f"custom_fields.{names[key]}"
        for key in was.keys() | now.keys()
        if was.get(key) != now.get(key) and key in names
    )
