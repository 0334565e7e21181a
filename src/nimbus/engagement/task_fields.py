"""Open tasks as fields that filters ask for: whether a contact has any, whether one is overdue, and
when the next is due."""

from __future__ import annotations

from typing import Any, LiteralString

from psycopg import sql

from nimbus.fields import types as t
from nimbus.fields.field import Field, FieldType
from nimbus.fields.related import Binds, Related

# One row for each contact, read once from the index of open tasks.
_ROWS: LiteralString = """
select contact_id as key, {value} as value
from task
where workspace_id = %(workspace)s and status = 'open' and {asked}
group by contact_id
"""


def _made(
    key: str, label: str, type: FieldType, value: LiteralString, asked: LiteralString,
    missing: Any = None,
) -> Field:  # fmt: skip
    def rows(binds: Binds) -> sql.Composable:
        test = sql.SQL(asked).format(now=binds.add(binds.now))
        return sql.SQL(_ROWS).format(value=sql.SQL(value), asked=test)

    return Field(
        key, label, type, "related", "", "engagement",
        importable=False, editable=False, related=Related("id", rows, missing),
    )  # fmt: skip


FIELDS = (
    _made("tasks.open", "Has open tasks", t.BOOLEAN, "true", "true", False),
    _made("tasks.overdue", "Has overdue tasks", t.BOOLEAN, "true", "due_at < {now}", False),
    _made("tasks.next_due_at", "Next task due", t.MOMENT, "min(due_at)", "due_at is not null"),
)
