"""Changes of contacts as any room writes them: the row, the log, and a word to the followers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.operations.operation import Changed, log


def people(tx: Tx, who: Who, client: UUID, count: int, at: str = "example.com") -> list[UUID]:
    """New contacts."""
    made = tx.column(
        "insert into contact (workspace_id, email, email_domain, email_key, client_id, created_at, "
        "updated_at) select %(workspace)s, 'p' || n || '@' || %(at)s, %(at)s, uuidv7(), "
        "%(client)s, %(now)s, %(now)s from generate_series(1, %(count)s) n "
        "on conflict do nothing returning id",
        {"workspace": tx.workspace_id, "at": at, "client": client, "now": tx.now, "count": count},
    )
    operation = operations.start(tx, who, "contact.create", "test")
    for contact_id in made:
        log(tx, operation, "contact", contact_id, "created", None, None)
    tx.changes.append(Changed("contact", "created", tuple(made), scored=True))
    return made


def change(tx: Tx, who: Who, contacts: Sequence[UUID], **values: Any) -> None:
    """Other values for contacts, all in one transaction."""
    operation = operations.start(tx, who, "contact.update", "test")
    for name, value in values.items():
        tx.run(
            f"update contact set {name} = %s, updated_at = %s "
            "where workspace_id = %s and id = any (%s)",
            [value, tx.now, tx.workspace_id, list(contacts)],
        )
    for contact_id in contacts:
        log(tx, operation, "contact", contact_id, "updated", dict.fromkeys(values), values)
    tx.changes.append(Changed("contact", "updated", tuple(contacts), scored=True))
