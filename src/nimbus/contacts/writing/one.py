"""Writing one contact: locked, changed, logged, followed (S0-24, S0-25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from nimbus.access import Who
from nimbus.accounts.client import refuse_anothers
from nimbus.contacts.contact import Contact, shown
from nimbus.contacts.read import MOST_MERGES, one
from nimbus.db import ids
from nimbus.db.door import TryAgain, Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.read import catalogue
from nimbus.operations import Operation, logged
from nimbus.operations.operation import Changed
from nimbus.web.etag import etag

_SQL = beside(__file__, "edit.sql")

Row = dict[str, Any]


def locked(tx: Tx, who: Who, contact_id: UUID) -> Row:
    """The contact, or the one it was merged into, for `who` to change and nobody else until the end
    of the transaction. Raises Problem(not_found | forbidden)."""
    for _ in range(MOST_MERGES):
        row = tx.row(_SQL["lock"], {"workspace": tx.workspace_id, "id": contact_id})
        if row is None:
            break
        if row["merged_into"] is None:
            refuse_anothers(who, row["client_id"], row["assigned_until"], tx.now)
            return row
        contact_id = row["merged_into"]
    raise ids.missing("cont")


def differing(row: Row, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the contact does not have yet."""
    return {column: value for column, value in values.items() if row[column] != value}


def change(
    tx: Tx, operation: Operation, row: Row, values: Mapping[str, Any], kind: str = "updated"
) -> None:
    """Give a locked contact other values, by column; `kind` is what the followers are told, who
    have scored it when this returns. Raises TryAgain when somebody has just taken its email."""
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), values)
    statement = sql.SQL(_SQL["change"]).format(
        sets=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(f"new_{column}"))
            for column in values
        ),
        before=before,
        after=after,
    )
    binds = {f"new_{c}": Jsonb(v) if isinstance(v, dict) else v for c, v in values.items()}
    try:
        tx.run(
            statement,
            {"workspace": tx.workspace_id, "id": row["id"], "operation": operation.id,
             "now": tx.now, **binds},
        )  # fmt: skip
    except UniqueViolation as error:
        raise TryAgain from error
    changed = frozenset(values)
    tx.changes.append(Changed("contact", kind, (row["id"],), changed, operation=operation))
    tx.follow()


@dataclass(frozen=True, slots=True)
class State:
    """A contact as it is shown now, and the tag of this state."""

    contact: Contact
    tag: str


def state(tx: Tx, contact_id: UUID) -> State:
    """Raises Problem(not_found)."""
    row = one(tx, contact_id)
    if row is None:
        raise ids.missing("cont")
    return state_of(tx, row)


def as_asked(found: State, asked: UUID) -> State:
    """What is answered by the id that was `asked` for: where that one was merged away, the contact
    that was kept names itself in `merged_into`, as nothing else would tell but the other `id`. Not
    in the tag, since by either id it is the same state that is changed."""
    if found.contact.id == ids.show("cont", asked):
        return found
    return replace(found, contact=replace(found.contact, merged_into=found.contact.id))


def state_of(tx: Tx, row: Mapping[str, Any]) -> State:
    """Of a row as `read.one` has it."""
    contact = shown(row, catalogue(tx))
    return State(contact, etag(row["version"], contact))
