"""Rows that would make a contact without a field that the workspace requires (S4-06)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from psycopg import sql

from nimbus.contacts.incoming import Incoming
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import Field
from nimbus.fields.required import required
from nimbus.intake.parse import staged_name

_SQL = beside(__file__, "batch.sql")
REASON = "missing_required"


def refuse_incomplete(tx: Tx, incoming: Incoming) -> None:
    """Rows of `batch` whose contact is to be made are `errored` with what they lack. Whoever is
    here already only gains by a row, and is left alone."""
    fields = [one for one in required(tx) if staged_name(one) not in incoming.defaults]
    if fields:
        tx.run(sql.SQL(_SQL["incomplete"]).format(lacking=_lacking(fields)))


def _lacking(fields: Iterable[Field]) -> sql.Composed:
    """Per field whether the row `b` lacks it, and what is told of it."""
    return sql.SQL(", ").join(
        sql.SQL("({blank}, {told}::jsonb)").format(
            blank=_blank(one),
            told=sql.Literal(json.dumps({"field": ".".join(one.path), "label": one.label})),
        )
        for one in fields
    )


def _blank(one: Field) -> sql.Composable:
    if one.thing == "custom":
        return sql.SQL("b.custom -> {} is null").format(sql.Literal(one.column))
    if one.type.sql == "text[]":
        return sql.SQL("coalesce(cardinality(b.{}), 0) = 0").format(sql.Identifier(one.column))
    return sql.SQL("b.{} is null").format(sql.Identifier(one.column))
