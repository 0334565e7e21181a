"""What the log keeps of a changed row, as SQL: the values before and after of what differs.

Written column by column: functions over whole rows as JSON take many times as long, and half a
million rows pay for it. Of a new contact or company the log says only that it was made (decision
0011).
"""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql


def changed(
    old: sql.Composable, new: sql.Composable, columns: Iterable[str]
) -> tuple[sql.Composed, sql.Composed]:
    """`before` and `after` of a changed row: the columns that differ, be a value null."""
    names = list(columns)
    return _differing(old, new, old, names), _differing(old, new, new, names)


def _differing(
    old: sql.Composable, new: sql.Composable, of: sql.Composable, columns: list[str]
) -> sql.Composed:
    values = sql.SQL(", ").join(
        sql.SQL(
            "case when {old}{x} is distinct from {new}{x} "
            "then {key} || coalesce(to_json({of}{x})::text, 'null') end"
        ).format(old=old, new=new, of=of, x=sql.Identifier(name), key=sql.Literal(f'"{name}":'))
        for name in columns
    )
    return sql.SQL("('{{' || concat_ws(',', {}) || '}}')::jsonb").format(values)
