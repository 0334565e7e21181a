"""Erasing a contact for good: nothing of the person stays but that somebody was erased (D-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus import operations
from nimbus.contacts.trash.trash import refuse_unseen
from nimbus.contacts.writing.edit import Editor
from nimbus.contacts.writing.one import locked
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import erasing
from nimbus.operations.operation import Changed

_SQL = beside(__file__, "erase.sql")


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left to tell: `contacts` are the ids that are gone."""

    id: str
    erased: bool
    erased_at: datetime
    deletion_reason: str | None
    contacts: list[str]


def erase(tx: Tx, editor: Editor, contact_id: UUID, why: str | None) -> Erased:
    """Erase a person from this workspace: the contact, those of the same email in the trash and
    those merged into them, their values in the log, what the other rooms keep of them, and the
    workspace's part of the registry. A tombstone keeps them from being brought in again (G-43).

    Raises Problem: not_found; forbidden without `admin:gdpr`, and where another client holds them
    than the key's; precondition_failed.
    """
    editor.who.need("admin:gdpr")
    row = locked(tx, editor.who, contact_id)
    refuse_unseen(tx, editor, row)
    rows = tx.rows(_SQL["person"], {"workspace": tx.workspace_id, "email": row["email"]})
    person = erasing.Person(
        tuple(one["id"] for one in rows),
        tuple(sorted({one["email"] for one in rows})),
        tuple(sorted({one["email_key"] for one in rows})),
    )
    operation = operations.start(tx, editor.who, "contact.erase", editor.through)
    values = {
        "workspace": tx.workspace_id, "operation": operation.id, "now": tx.now, "why": why,
        "by": editor.who.name, "contacts": list(person.contacts), "keys": list(person.email_keys),
    }  # fmt: skip
    erasing.erase(tx, person)
    values["erasure"] = tx.value(_SQL["keep"], values)
    for name in ("entomb", "remove", "gone"):
        tx.run(_SQL[name], values)
    tx.run("select redact_changes(%s)", [values["erasure"]])
    tx.run("select registry_forget(%s)", [list(person.email_keys)])
    tx.changes.append(Changed("contact", "erased", person.contacts, scored=True))
    shown = [ids.show("cont", one) for one in person.contacts]
    return Erased(ids.show("cont", row["id"]), True, tx.now, why, shown)
