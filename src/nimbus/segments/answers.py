"""What questions say of one contact: all of them in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.contacts.read import source_of
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters import Filter, Params

_SQL = beside(__file__, "answers.sql")


def answers(
    tx: Tx, contact_id: UUID, columns: Iterable[sql.Composable], filters: Iterable[Filter],
    params: Params,
) -> Sequence[Any]:  # fmt: skip
    """The columns, compiled over `m` from these filters, of a contact that was read before."""
    statement = sql.SQL(_SQL["answers"]).format(
        columns=sql.SQL(", ").join(columns), source=source_of(filters)
    )
    values = {"workspace": tx.workspace_id, "contact": contact_id, **params.values}
    found = tx.connection.execute(statement, values).fetchone()
    assert found  # noqa: S101 - whoever asks has read the contact in this transaction
    return found
