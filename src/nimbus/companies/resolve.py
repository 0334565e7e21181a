"""Give each row of a batch its company: by domain, else by name, else none (S1-19, S1-20).

A domain that was only derived from the email finds or makes the company too, but never moves a
contact that has one. Values the file brings are written to the company, blanks never are.
"""

from __future__ import annotations

from typing import LiteralString
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.fields import Catalogue
from nimbus.operations import Operation
from nimbus.operations.operation import Changed

KEYS = ("domain", "name")


def resolve(tx: Tx, operation: Operation, catalogue: Catalogue, *, scored: bool = False) -> None:
    """Fill `batch.company_id`; makes and updates companies in order of their keys, logged.

    `scored` says that somebody else scores the contacts of the companies that changed.
    """
    columns = [field.column for field in catalogue.company_columns() if field.column != "domain"]
    values = {
        "workspace": tx.workspace_id,
        "operation": operation.id,
        "now": tx.now,
    }
    changed: list[UUID] = []
    for folded, key in ((_FOLD_BY_DOMAIN, "domain"), (_FOLD_BY_NAME, "name_key")):
        tx.run(_fill(folded, columns))
        if not tx.value("select exists (select from incoming_company)"):
            continue
        tx.run("analyze incoming_company (domain, name_key)")
        tx.run(_insert(columns, key), values)
        changed += tx.column(_update(columns, key), values)
        tx.run(_ASSIGN[key], values)
    if changed:
        tx.changes.append(Changed("company", "updated", tuple(changed), frozenset(columns), scored))


# A row that is going to be written and needs a company; of several rows the later value wins.
_FOLD_BY_DOMAIN = ("company_domain", "company_domain is not null")
_FOLD_BY_NAME = ("company_name_key", "company_domain is null and company_name_key is not null")


def prepare(tx: Tx) -> None:
    """The temporary table `resolve` works with: once per session."""
    if tx.value("select to_regclass('pg_temp.incoming_company')"):
        return
    tx.run("create temporary table incoming_company (like company) on commit delete rows")
    tx.run("alter table incoming_company add derived boolean not null default false")
    for column in ("workspace_id", "tech_stack", "created_at", "updated_at"):
        tx.run(
            sql.SQL("alter table incoming_company alter {} drop not null").format(
                sql.Identifier(column)
            )
        )


def _fill(folded: tuple[LiteralString, LiteralString], columns: list[str]) -> sql.Composed:
    key, condition = folded
    tx_columns = [sql.Identifier(column) for column in columns]
    last = [_last(f"company_{column}") for column in columns]
    return sql.SQL(
        """
        with emptied as (delete from incoming_company)
        insert into incoming_company (id, domain, derived, name_key, {columns})
        select uuidv7(), max(company_domain), bool_and(domain_derived), {name_key}, {last}
        from batch b
        where outcome is null and {condition}
        group by {key}
        on conflict do nothing
        """
    ).format(
        columns=sql.SQL(", ").join(tx_columns),
        name_key=_last("company_name_key"),
        last=sql.SQL(", ").join(last),
        condition=sql.SQL(condition),
        key=sql.Identifier(key),
    )


def _last(column: str) -> sql.Composed:
    """The last value that is not blank. As text for arrays, which do not aggregate as they are."""
    value = "{c}::text" if column == "company_tech_stack" else "{c}"
    back = "::text[]" if column == "company_tech_stack" else ""
    return sql.SQL(
        f"(array_agg({value} order by row_no desc) filter (where {{c}} is not null))[1]{back}"
    ).format(c=sql.Identifier(column))


def _insert(columns: list[str], key: str) -> sql.Composed:
    """Make those that are missing. A name without a domain is also found among those with one."""
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    values = sql.SQL(", ").join(
        sql.SQL("coalesce(i.{}, '{{}}')" if column == "tech_stack" else "i.{}").format(
            sql.Identifier(column)
        )
        for column in columns
    )
    return sql.SQL(
        """
        with made as (
            insert into company
                (workspace_id, id, domain, name_key, {names}, created_at, updated_at)
            select %(workspace)s, i.id, i.domain, i.name_key, {values}, %(now)s, %(now)s
            from incoming_company i
            where not exists (
                select from company k where k.workspace_id = %(workspace)s and k.{key} = i.{key}
            )
            order by i.{key}
            on conflict do nothing
            returning new as n, id
        )
        insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
        select %(workspace)s, %(operation)s, 'company', made.id, 'created',
            jsonb_strip_nulls(to_jsonb(made.n)
                - '{{workspace_id,id,name_key,created_at,updated_at}}'::text[])
        from made
        on conflict do nothing
        """
    ).format(names=names, values=values, key=sql.Identifier(key))


def _update(columns: list[str], key: str) -> sql.Composed:
    """Write what the file brings beyond what is known; answers the ids of those that changed."""
    known = [column for column in columns if column != "tech_stack"]
    coming: dict[str, sql.Composable] = {
        column: sql.SQL("i.{}").format(sql.Identifier(column)) for column in known
    }
    # Somebody who only has an email there may work for another company: that names none anew.
    coming["name"] = sql.SQL("case when i.derived then coalesce(k.name, i.name) else i.name end")
    sets: list[sql.Composable] = [
        sql.SQL("{c} = coalesce({i}, k.{c})").format(c=sql.Identifier(column), i=value)
        for column, value in coming.items()
    ]
    sets += [
        sql.SQL("tech_stack = array_union(k.tech_stack, i.tech_stack)"),
        sql.SQL("name_key = case when i.derived then coalesce(k.name_key, i.name_key) "
                "else coalesce(i.name_key, k.name_key) end"),
        sql.SQL("updated_at = %(now)s"),
    ]  # fmt: skip
    new_values: list[sql.Composable] = [
        sql.SQL("({i} is not null and {i} is distinct from k.{c})").format(
            c=sql.Identifier(column), i=value
        )
        for column, value in coming.items()
    ]
    differs = sql.SQL(" or ").join([*new_values, sql.SQL("not i.tech_stack <@ k.tech_stack")])
    # Only a domain says for sure which company is meant; a name alone never changes one.
    return sql.SQL(
        """
        with changed as (
            update company k set {sets}
            from incoming_company i
            where k.workspace_id = %(workspace)s and k.{key} = i.{key} and k.{key} is not null
                and k.id <> i.id and ({differs}) and {sure}
            returning k.id, old as o, new as n
        ), logged as (
            insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
            select %(workspace)s, %(operation)s, 'company', c.id, 'updated', d.before, d.after
            from changed c,
                differing(
                    to_jsonb(c.o) - '{{updated_at,name_key}}'::text[],
                    to_jsonb(c.n) - '{{updated_at,name_key}}'::text[]
                ) as d
            on conflict do nothing
            returning thing_id
        )
        select thing_id from logged
        """
    ).format(
        sets=sql.SQL(", ").join(sets),
        key=sql.Identifier(key),
        differs=differs,
        sure=sql.SQL("true" if key == "domain" else "k.domain is null"),
    )


_ASSIGN = {
    "domain": sql.SQL(
        """
        update batch b set company_id = k.id
        from company k
        where k.workspace_id = %(workspace)s and k.domain = b.company_domain and b.outcome is null
        """
    ),
    # One that has a domain comes before the one that has none; the oldest before later ones.
    "name_key": sql.SQL(
        """
        update batch b set company_id = k.id
        from (
            select distinct on (k.name_key) k.name_key, k.id from company k
            join incoming_company i on i.name_key = k.name_key
            where k.workspace_id = %(workspace)s
            order by k.name_key, (k.domain is null), k.id
        ) as k
        where k.name_key = b.company_name_key and b.company_domain is null and b.outcome is null
        """
    ),
}
