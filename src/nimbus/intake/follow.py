"""Worked-out values of contacts that are here already go along with what they follow from.

A contact's seniority, department or time zone that equals what its old title or place gives was
worked out, and is worked out anew when the title or place changes, be the result blank. One that
differs was written by somebody, and stays.
"""

from __future__ import annotations

from collections.abc import Callable
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
    these columns in `batch.follows`."""
    if not incoming.derived:
        return
    changing = merged(incoming)
    sources = sorted({source for _, found in incoming.derived for source in found})
    now: list[sql.Composable] = [changing.get(s, sql.Identifier("c", s)) for s in sources]
    was = [sql.Identifier("c", s) for s in sources]
    targets = [column for column, _ in incoming.derived]
    found = tx.rows(
        sql.SQL(
            """
            select b.row_no, {now}, {was}, {targets}
            from batch b
            join contact c on c.workspace_id = %(workspace)s and c.id = b.contact_id
            where b.outcome is null and not b.is_new and ({before}) is distinct from ({after})
            """
        ).format(
            now=_named("now", sources, now),
            was=_named("was", sources, was),
            targets=sql.SQL(", ").join(sql.Identifier("c", column) for column in targets),
            before=sql.SQL(", ").join(was),
            after=sql.SQL(", ").join(now),
        ),
        {"workspace": tx.workspace_id},
    )
    rows = [(row["row_no"], new) for row in found if (new := _follows(row, incoming))]
    if not rows:
        return
    values: dict[str, Any] = {
        "row_no": [row_no for row_no, _ in rows],
        "follows": ["{" + ",".join(new) + "}" for _, new in rows],
        **{column: [new.get(column) for _, new in rows] for column in targets},
    }
    tx.run(
        sql.SQL(
            """
            update batch b
            set follows = v.follows::text[], {taken}
            from unnest(%(row_no)s::integer[], %(follows)s::text[], {arrays})
                as v (row_no, follows, {targets})
            where b.row_no = v.row_no
            """
        ).format(
            taken=sql.SQL(", ").join(
                sql.SQL("{x} = v.{x}").format(x=sql.Identifier(column)) for column in targets
            ),
            arrays=sql.SQL(", ").join(
                sql.SQL("{}::text[]").format(sql.Placeholder(column)) for column in targets
            ),
            targets=sql.SQL(", ").join(map(sql.Identifier, targets)),
        ),
        values,
    )


def _named(when: str, sources: list[str], values: list[Any]) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{} as {}").format(value, sql.Identifier(f"{when}_{source}"))
        for source, value in zip(sources, values, strict=True)
    )


def _follows(row: dict[str, Any], incoming: Incoming) -> dict[str, str | None]:
    """The columns of a contact that change because what they follow from does."""
    found: dict[str, str | None] = {}
    for column, sources in incoming.derived:
        was = [row[f"was_{source}"] for source in sources]
        now = [row[f"now_{source}"] for source in sources]
        derive_it = _DERIVE[column]
        if was != now and row[column] in (None, derive_it(*was)):
            found[column] = derive_it(*now)
    return found
