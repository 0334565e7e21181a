"""New names of values in the filters that a table keeps (G-31)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters.stored import rewritten
from nimbus.operations import Operation
from nimbus.operations.rename import Renamed

_SQL = beside(__file__, "rewrite.sql")


def rewrite(
    tx: Tx, operation: Operation, table: LiteralString, kept: Mapping[UUID, Any], renamed: Renamed
) -> bool:
    """Write those of the filters `kept` in a table, by id, that name the value; its rows have
    `filter` and `updated_at`, and are called in the log as it is. Answers whether any does."""
    filters = {
        id: new
        for id, filter in sorted(kept.items())
        if filter is not None and (new := rewritten(filter, renamed)) != filter
    }
    if filters:
        tx.run(
            sql.SQL(_SQL["rewrite"]).format(table=sql.Identifier(table)),
            {"workspace": tx.workspace_id, "operation": operation.id, "thing": table,
             "ids": list(filters), "filters": [Jsonb(one) for one in filters.values()],
             "now": tx.now},
        )  # fmt: skip
    return bool(filters)
