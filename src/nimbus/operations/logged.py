"""What the log keeps of a row, as SQL: the values a new row has, and those that a change changed.

Written column by column: functions over whole rows as JSON take many times as long, and half a
million rows pay for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql


def created(row: sql.Composable, columns: Iterable[str]) -> sql.Composed:
    """`after` of a new row: its columns that have a value. `row` stands before a column's name,
    such as `made.` or `(c.n).`."""
    values = sql.SQL(", ").join(
        sql.SQL("{}: {}{}").format(sql.Literal(name), row, sql.Identifier(name)) for name in columns
    )
    return sql.SQL("json_object({} absent on null returning jsonb)").format(values)


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
