"""What questions say of one contact: all of them in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import STANDARD
from nimbus.filters import Params, Source
from nimbus.filters.source import column_name

_SQL = beside(__file__, "answers.sql")

# One row: the contact with the columns of its company.
M = Source("m")
_COMPANY = sql.SQL(", ").join(
    sql.SQL("{} as {}").format(
        sql.Identifier("k", field.column), sql.Identifier(column_name(field))
    )
    for field in STANDARD
    if field.thing == "company"
)


def answers(
    tx: Tx, contact_id: UUID, columns: Iterable[sql.Composable], params: Params
) -> Sequence[Any]:
    """The columns, compiled over `M`, of a contact that was read before."""
    statement = sql.SQL(_SQL["answers"]).format(
        columns=sql.SQL(", ").join(columns), company=_COMPANY
    )
    values = {"workspace": tx.workspace_id, "contact": contact_id, **params.values}
    found = tx.connection.execute(statement, values).fetchone()
    assert found  # noqa: S101 - whoever asks has read the contact in this transaction
    return found
