"""Worked-out values of contacts that are here already go along with what they follow from.

A contact's seniority, department or time zone that equals what its old title or place gives was
worked out, and is worked out anew when the title or place changes, be the result blank. One that
differs was written by somebody, and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import sql

from nimbus.contacts.writing.derived import DERIVE
from nimbus.contacts.writing.incoming import Incoming
from nimbus.contacts.writing.merging import merged
from nimbus.db.door import Tx


def follow(tx: Tx, incoming: Incoming) -> None:
    """Give the rows of `batch` whose contact's worked-out values change the new ones, and name
    these columns in `batch.follows`. New contacts come into it where the source has a column for a
    value and the row leaves it blank.

    Asked by distinct case, of which there are few: half a million rows have some thousand titles.
    """
    values = {"workspace": tx.workspace_id}
    for sources in sorted({sources for _, sources in incoming.derived}):
        columns = [column for column, of in incoming.derived if of == sources]
        cases = _cases(incoming, sources, columns)
        found = tx.rows(
            sql.SQL("select distinct on (key) * from ({}) as cases").format(cases), values
        )
        new = {row["key"]: _follows(row, incoming, sources, columns) for row in found}
        if any(new.values()):
            _take_over(tx, cases, columns, {key: one for key, one in new.items() if one})


def _cases(incoming: Incoming, sources: tuple[str, ...], columns: list[str]) -> sql.Composed:
    """Per row whose worked-out values may change: what decides about them, and as text the `key`
    of the case."""
    changing = merged(incoming)
    now: list[sql.Composable] = [changing.get(s, sql.Identifier("c", s)) for s in sources]
    was: list[sql.Composable] = [sql.Identifier("c", s) for s in sources]
    blank = [sql.SQL("b.{} is null").format(sql.Identifier(column)) for column in columns]
    told = [test for test, column in zip(blank, columns, strict=True) if column in incoming.told]
    return sql.SQL(
        """
        select b.row_no, f.*, f::text as key
        from batch b
        left join contact c on c.workspace_id = %(workspace)s and c.id = b.contact_id
        cross join lateral (select b.is_new, {now}, {was}, {current}, {blank}) as f
        where b.outcome is null and case
            when b.is_new then {left_blank}
            else ({before}) is distinct from ({after})
        end
        """
    ).format(
        now=_named("now", sources, now),
        was=_named("was", sources, was),
        current=_named("current", columns, [sql.Identifier("c", c) for c in columns]),
        blank=_named("blank", columns, blank),
        left_blank=sql.SQL(" or ").join(told) if told else sql.SQL("false"),
        before=sql.SQL(", ").join(was),
        after=sql.SQL(", ").join(now),
    )


def _follows(
    row: dict[str, Any], incoming: Incoming, sources: tuple[str, ...], columns: list[str]
) -> dict[str, str | None]:
    """The columns of a contact that change because what they follow from does."""
    was = [row[f"was_{source}"] for source in sources]
    now = [row[f"now_{source}"] for source in sources]
    found: dict[str, str | None] = {}
    for column in columns:
        told = column in incoming.told
        if (told and not row[f"blank_{column}"]) or (row["is_new"] and not told):
            continue
        current, coming = row[f"current_{column}"], DERIVE[column](*now)
        if current in (None, DERIVE[column](*was)) and coming != current:
            found[column] = coming
    return found


def _take_over(
    tx: Tx, cases: sql.Composed, columns: list[str], new: dict[str, dict[str, str | None]]
) -> None:
    """Write what follows in each case to its rows."""
    tx.run(
        sql.SQL(
            """
            update batch b
            set follows = coalesce(b.follows, '{{}}') || v.follows::text[], {taken}
            from ({cases}) as f
            join unnest(%(keys)s::text[], %(follows)s::text[], {arrays})
                as v (key, follows, {columns}) on v.key = f.key
            where b.row_no = f.row_no
            """
        ).format(cases=cases, **_pieces(columns)),
        {
            "workspace": tx.workspace_id,
            "keys": list(new),
            "follows": ["{" + ",".join(values) + "}" for values in new.values()],
            **{column: [values.get(column) for values in new.values()] for column in columns},
        },
    )


def work_out(tx: Tx, incoming: Incoming) -> None:
    """Work out anew what follows from the values of rows that others were folded into: these may
    come from different rows."""
    derived = [(c, sources) for c, sources in incoming.derived if c not in incoming.told]
    if not derived:
        return
    columns = [column for column, _ in derived]
    needed = sorted({source for _, sources in derived for source in sources})
    found = tx.rows(
        sql.SQL("select row_no, {} from batch b where row_no in (select duplicate_of from batch)")
        .format(_named("now", needed, [sql.Identifier("b", source) for source in needed]))
    )  # fmt: skip
    if not found:
        return
    tx.run(
        sql.SQL(
            """
            update batch b
            set {taken}
            from unnest(%(row_no)s::integer[], %(follows)s::text[], {arrays})
                as v (row_no, follows, {columns})
            where b.row_no = v.row_no
            """
        ).format(**_pieces(columns)),
        {
            "row_no": [row["row_no"] for row in found],
            "follows": ["{" + ",".join(columns) + "}"] * len(found),
            **{
                column: [DERIVE[column](*(row[f"now_{s}"] for s in sources)) for row in found]
                for column, sources in derived
            },
        },
    )


def _pieces(columns: list[str]) -> dict[str, sql.Composable]:
    """Of statements that take columns over from `v`: those that `v.follows` names."""
    return {
        "taken": sql.SQL(", ").join(
            sql.SQL(
                "{x} = case when {name} = any (v.follows::text[]) then v.{x} else b.{x} end"
            ).format(x=sql.Identifier(column), name=column)
            for column in columns
        ),
        "arrays": sql.SQL(", ").join(
            sql.SQL("{}::text[]").format(sql.Placeholder(column)) for column in columns
        ),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
    }


def _named(what: str, columns: Sequence[str], values: Sequence[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{} as {}").format(value, sql.Identifier(f"{what}_{column}"))
        for column, value in zip(columns, values, strict=True)
    )
