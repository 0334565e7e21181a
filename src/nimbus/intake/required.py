"""Rows that would leave a contact without a field that the workspace requires (S4-06)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from psycopg import sql

from nimbus.contacts.writing.incoming import Incoming
from nimbus.contacts.writing.merging import merged
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import Field
from nimbus.fields.required import required
from nimbus.intake.parse import staged_name

_SQL = beside(__file__, "required.sql")
REASON = "missing_required"
CLEARING = "required_field"


def refuse_incomplete(tx: Tx, incoming: Incoming) -> None:
    """Rows of `batch` whose contact is to be made are `errored` with what they lack; those whose
    contact is here, with what it would lose. What it lacks already it may go on lacking."""
    fields = required(tx)
    needed = [one for one in fields if staged_name(one) not in incoming.defaults]
    if needed:
        lacking = _told((one, _blank(one)) for one in needed)
        tx.run(sql.SQL(_SQL["incomplete"]).format(lacking=lacking))
    if losing := _losing(fields, incoming):
        values = {"workspace": tx.workspace_id}
        tx.run(sql.SQL(_SQL["clearing"]).format(losing=_told(losing)), values)


def _losing(fields: Iterable[Field], incoming: Incoming) -> list[tuple[Field, sql.Composable]]:
    """The fields that a row can clear at all: a blank overwrites nothing, but one cell that gives
    several columns, such as a full name, replaces them together (D-21)."""
    values = merged(incoming)
    return [
        (one, sql.SQL("c.{} is not null and ({}) is null").format(
            sql.Identifier(one.column), values[one.column]
        ))
        for one in fields
        if one.thing == "contact" and (incoming.set_by(one.column) or incoming.group_of(one.column))
    ]  # fmt: skip


def _told(tests: Iterable[tuple[Field, sql.Composable]]) -> sql.Composed:
    """Per field what is tested of a row, and what is told of the field."""
    return sql.SQL(", ").join(
        sql.SQL("({test}, {told}::jsonb)").format(
            test=test,
            told=sql.Literal(json.dumps({"field": ".".join(one.path), "label": one.label})),
        )
        for one, test in tests
    )


def _blank(one: Field) -> sql.Composable:
    """Whether the row `b` lacks the field."""
    if one.thing == "custom":
        return sql.SQL("b.custom -> {} is null").format(sql.Literal(one.column))
    if one.type.sql == "text[]":
        return sql.SQL("coalesce(cardinality(b.{}), 0) = 0").format(sql.Identifier(one.column))
    return sql.SQL("b.{} is null").format(sql.Identifier(one.column))
