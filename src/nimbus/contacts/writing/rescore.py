"""Writing tier and score anew for contacts that are here, where they come out differently."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.contacts.writing.write import Scoring, more
from nimbus.db.door import Tx
from nimbus.fields import Catalogue
from nimbus.filters import Params, Source
from nimbus.operations import Operation, logged
from nimbus.operations.operation import Changed


def stored_rows(catalogue: Catalogue, only: sql.Composable) -> sql.Composed:
    """Contacts as filters see them (a Source `m`), with their company's columns; `only` is a
    condition on the contact `c`."""
    companies = [
        sql.SQL("k.{} as {}").format(
            sql.Identifier(field.column), sql.Identifier(f"company_{field.column}")
        )
        for field in catalogue.company_columns()
    ]
    return sql.SQL(
        """
        select c.*, {companies}
        from contact c
        left join company k on k.workspace_id = c.workspace_id and k.id = c.company_id
        where c.workspace_id = %(workspace)s and not c.is_deleted and ({only})
        """
    ).format(companies=sql.SQL(", ").join(companies), only=only)


def write_scores(
    tx: Tx, operation: Operation, catalogue: Catalogue, scoring: Scoring,
    only: sql.Composable, values: dict[str, Any],
) -> list[UUID]:  # fmt: skip
    """Tier and score of the live contacts for which `only` holds; answers those that changed.

    `values` are the binds of `only`.
    """
    params = Params(tx.now)
    scored = scoring(Source("m"), params, events=True)
    names = [name for name, _ in scored.columns]
    columns = [sql.Identifier(name) for name in names]
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), names)
    statement = sql.SQL(
        """
        with scored as (
            select m.id {columns} from ({rows}) as m {join}
        ), changed as (
            update contact c
            set {assignments}, updated_at = %(now)s
            from scored s
            where c.workspace_id = %(workspace)s and c.id = s.id and ({only})
                and ({current}) is distinct from ({future})
            returning c.id, old as o, new as n
        ), logged as (
            insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
            select %(workspace)s, %(operation)s, 'contact', c.id, 'scored', {before}, {after}
            from changed c
            on conflict do nothing
            returning thing_id
        )
        select thing_id from logged
        """
    ).format(
        columns=more([sql.SQL("{} as {}").format(v, sql.Identifier(n)) for n, v in scored.columns]),
        rows=stored_rows(catalogue, only),
        join=scored.join,
        assignments=sql.SQL(", ").join(sql.SQL("{n} = s.{n}").format(n=name) for name in columns),
        current=sql.SQL(", ").join(sql.SQL("c.{}").format(name) for name in columns),
        future=sql.SQL(", ").join(sql.SQL("s.{}").format(name) for name in columns),
        only=only,
        before=before,
        after=after,
    )
    binds = {
        "workspace": tx.workspace_id, "operation": operation.id, "now": tx.now,
        **values, **params.values,
    }  # fmt: skip
    ids: list[UUID] = tx.column(statement, binds)
    if ids:
        tx.changes.append(Changed("contact", "scored", tuple(ids), scored=True))
    return ids
