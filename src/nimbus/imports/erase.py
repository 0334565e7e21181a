"""Erasing a person from the ledgers and the waiting rows of imports (D-09)."""

from __future__ import annotations

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.intake.stages import staged_columns
from nimbus.operations.erasing import Person

_SQL = beside(__file__, "erase.sql")
# What says which row it is.
KEPT = ("workspace_id", "import_id", "email_key", "row_no", "line", "email", "email_domain",
        "domain_derived")  # fmt: skip


def erase(tx: Tx, person: Person) -> None:
    """The files themselves stay as they were uploaded."""
    values = {
        "workspace": tx.workspace_id, "contacts": list(person.contacts),
        "emails": list(person.emails), "keys": list(person.email_keys),
    }  # fmt: skip
    tx.run(_SQL["examples"], values)
    tx.run(_SQL["ledger"], values)
    blanks = sql.SQL(", ").join(
        sql.SQL("{} = null").format(sql.Identifier(column))
        for column in staged_columns(tx)
        if column not in KEPT
    )
    tx.run(sql.SQL(_SQL["staged"]).format(blanks=blanks), values)
