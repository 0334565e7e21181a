"""Worked-out values of contacts that are here already go along with what they follow from.

A contact's seniority, department or time zone that equals what its old title or place gives was
worked out, and is worked out anew when the title or place changes, be the result blank. One that
differs was written by somebody, and stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from psycopg import sql

from nimbus.contacts.incoming import Incoming
from nimbus.contacts.merging import merged
from nimbus.db.door import Tx
from nimbus.fields import derive

# From the values of the sources, in their order in `Incoming.derived`.
_DERIVE: dict[str, Callable[..., str | None]] = {
    "seniority": lambda title: derive.title_rank(title)[0] if title else None,
    "department": lambda title: derive.title_rank(title)[1] if title else None,
    "time_zone": lambda city, state, country: derive.time_zone(country, state, city),
}


def follow(tx: Tx, incoming: Incoming) -> None:
    """Give the rows of `batch` whose contact's worked-out values change the new ones, and name
    these columns in `batch.follows`. New contacts come into it where the source has a column for a
    value and the row leaves it blank."""
    if not incoming.derived:
        return
    changing = merged(incoming)
    sources = _sources(incoming)
    now: list[sql.Composable] = [changing.get(s, sql.Identifier("c", s)) for s in sources]
    was: list[sql.Composable] = [sql.Identifier("c", s) for s in sources]
    columns = [column for column, _ in incoming.derived]
    left_blank = sql.SQL(" or ").join(
        sql.SQL("b.{} is null").format(sql.Identifier(column)) for column in sorted(incoming.told)
    )
    found = tx.rows(
        sql.SQL(
            """
            select b.row_no, b.is_new, {now}, {was}, {current}, {coming}
            from batch b
            left join contact c on c.workspace_id = %(workspace)s and c.id = b.contact_id
            where b.outcome is null and case
                when b.is_new then {left_blank}
                else ({before}) is distinct from ({after})
            end
            """
        ).format(
            now=_named("now", sources, now),
            was=_named("was", sources, was),
            current=_named("current", columns, [sql.Identifier("c", c) for c in columns]),
            coming=_named("coming", columns, [sql.Identifier("b", c) for c in columns]),
            left_blank=left_blank if incoming.told else sql.SQL("false"),
            before=sql.SQL(", ").join(was),
            after=sql.SQL(", ").join(now),
        ),
        {"workspace": tx.workspace_id},
    )
    new = {row["row_no"]: _follows(row, incoming) for row in found}
    _set(tx, incoming, new, follows=True)


def work_out(tx: Tx, incoming: Incoming) -> None:
    """Work out anew what follows from the values of rows that others were folded into: these may
    come from different rows."""
    derived = [column for column, _ in incoming.derived if column not in incoming.told]
    if not derived:
        return
    found = tx.rows(
        sql.SQL("select row_no, {} from batch b where row_no in (select duplicate_of from batch)")
        .format(_named("now", sources := _sources(incoming),
                       [sql.Identifier("b", s) for s in sources]))
    )  # fmt: skip
    new = {
        row["row_no"]: {
            column: _DERIVE[column](*(row[f"now_{source}"] for source in sources))
            for column, sources in incoming.derived
            if column in derived
        }
        for row in found
    }
    _set(tx, incoming, new)


def _set(
    tx: Tx, incoming: Incoming, new: dict[int, dict[str, str | None]], *, follows: bool = False
) -> None:
    columns = [column for column, _ in incoming.derived]
    rows = {row_no: values for row_no, values in new.items() if values}
    if not rows:
        return
    tx.run(
        sql.SQL(
            """
            update batch b
            set follows = case when %(follow)s then v.follows::text[] end, {taken}
            from unnest(%(row_no)s::integer[], %(follows)s::text[], {arrays})
                as v (row_no, follows, {columns})
            where b.row_no = v.row_no
            """
        ).format(
            taken=sql.SQL(", ").join(
                sql.SQL(
                    "{x} = case when {name} = any (v.follows::text[]) then v.{x} else b.{x} end"
                ).format(x=sql.Identifier(column), name=column)
                for column in columns
            ),
            arrays=sql.SQL(", ").join(
                sql.SQL("{}::text[]").format(sql.Placeholder(column)) for column in columns
            ),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        ),
        {
            "row_no": list(rows),
            "follow": follows,
            "follows": ["{" + ",".join(values) + "}" for values in rows.values()],
            **{column: [values.get(column) for values in rows.values()] for column in columns},
        },
    )


def _sources(incoming: Incoming) -> list[str]:
    return sorted({source for _, found in incoming.derived for source in found})


def _named(what: str, columns: list[str], values: Sequence[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{} as {}").format(value, sql.Identifier(f"{what}_{column}"))
        for column, value in zip(columns, values, strict=True)
    )


def _follows(row: dict[str, Any], incoming: Incoming) -> dict[str, str | None]:
    """The columns of a contact that change because what they follow from does."""
    found: dict[str, str | None] = {}
    for column, sources in incoming.derived:
        told = column in incoming.told
        if (told and row[f"coming_{column}"] is not None) or (row["is_new"] and not told):
            continue
        was = [row[f"was_{source}"] for source in sources]
        now = [row[f"now_{source}"] for source in sources]
        derive_it = _DERIVE[column]
        if was != now and row[f"current_{column}"] in (None, derive_it(*was)):
            found[column] = derive_it(*now)
    if row["is_new"]:
        return {column: value for column, value in found.items() if value is not None}
    return found
