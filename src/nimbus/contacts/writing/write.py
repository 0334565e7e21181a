"""The one room that writes contacts: a batch at a time, new ones and changed ones, all logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from psycopg import sql

from nimbus.accounts.client import Client
from nimbus.contacts.writing.incoming import Incoming
from nimbus.contacts.writing.merging import COMPANY, merged, row_source
from nimbus.db.door import TryAgain, Tx
from nimbus.fields import Catalogue
from nimbus.filters import Params, Source
from nimbus.operations import Operation, logged
from nimbus.operations.operation import Changed

# Changes that are not news about the person; a row that brings only these is `unchanged` (D-05).
HOUSEKEEPING = (
    "client_id,assigned_until,lead_score,icp_tier,grade,score_fit,score_engagement,score_intent,"
    "tier_rule_id,scoring_model_id,score_rules"
)


@dataclass(frozen=True, slots=True)
class Scored:
    """Tier and score over a row source: what to join to it, and the columns it gives."""

    join: sql.Composable
    columns: tuple[tuple[str, sql.Composable], ...]


class Scoring(Protocol):
    """`events` is False for rows of new contacts: nothing has happened to them yet."""

    def __call__(self, source: Source, params: Params, *, events: bool) -> Scored: ...


@dataclass(frozen=True, slots=True)
class Writing:
    """How to write a batch: what it brings, for whom, and how to score it (None: leave scores)."""

    incoming: Incoming
    client: Client
    catalogue: Catalogue
    scoring: Scoring | None


def write_batch(
    tx: Tx, operation: Operation, writing: Writing, *, new: bool = True, here: bool = True
) -> list[UUID]:
    """Write the rows of `batch` on which no outcome stands yet; answers the contacts that were
    there before and learnt something new. `new` and `here`: whether there are any of either.

    Expects `contact_id`, `is_new`, `company_id` in `batch` and the claims in `claim`. Raises
    TryAgain when somebody else wrote one of the new contacts in the meantime.
    """
    if new:
        _insert(tx, operation, writing)
    return _update(tx, operation, writing) if here else []


def _values(tx: Tx, operation: Operation, writing: Writing, params: Params) -> dict[str, Any]:
    return {
        "workspace": tx.workspace_id,
        "operation": operation.id,
        "client": writing.client.id,
        "now": tx.now,
        **params.values,
    }


def _scored(writing: Writing, params: Params, *, events: bool) -> Scored:
    if writing.scoring is None:
        return Scored(sql.SQL(""), ())
    return writing.scoring(Source("m"), params, events=events)


def _insert(tx: Tx, operation: Operation, writing: Writing) -> None:
    params = Params(tx.now)
    scored = _scored(writing, params, events=False)
    brought = sorted(set(merged(writing.incoming)) | {"status", "consent_status"})
    names = [sql.Identifier(column) for column in brought]
    score_names = [sql.Identifier(name) for name, _ in scored.columns]
    score_values = [value for _, value in scored.columns]
    statement = sql.SQL(
        """
        with made as (
            insert into contact
                (workspace_id, id, email, email_domain, email_key, {names} {scores}, company_id,
                 client_id, assigned_until, created_at, updated_at)
            select %(workspace)s, m.id, m.email, m.email_domain, cl.email_key, {values}
                {score_values}, m.company_id, %(client)s, cl.until, %(now)s, %(now)s
            from ({rows}) as m
            join claim cl on cl.email_key = m.email_key
            {join}
            order by m.id
            on conflict do nothing
            returning id
        ), logged as (
            insert into change (workspace_id, operation_id, thing, thing_id, kind)
            select %(workspace)s, %(operation)s, 'contact', made.id, 'created'
            from made
            on conflict do nothing
            returning thing_id
        )
        select (select count(*) from logged) as made, (
            select count(*) from batch where outcome is null and is_new
        ) as wanted
        """
    ).format(
        names=sql.SQL(", ").join(names),
        scores=more(score_names),
        values=sql.SQL(", ").join(sql.SQL("m.{}").format(name) for name in names),
        score_values=more(score_values),
        rows=row_source(writing.catalogue, writing.incoming, new=True),
        join=scored.join,
    )
    counts = tx.row(statement, _values(tx, operation, writing, params)) or {}
    if counts["made"] != counts["wanted"]:
        raise TryAgain
    if counts["made"]:
        tx.changes.append(Changed("contact", "created", (), scored=writing.scoring is not None))


def _update(tx: Tx, operation: Operation, writing: Writing) -> list[UUID]:
    params = Params(tx.now)
    scored = _scored(writing, params, events=True)
    sets = dict(merged(writing.incoming))
    sets["company_id"] = COMPANY
    sets["client_id"] = sql.Placeholder("client")
    sets["assigned_until"] = sql.SQL("cl.until")
    sets["is_deleted"] = sql.SQL("false")
    sets["deleted_at"] = sql.SQL("null::timestamptz")
    sets["deletion_reason"] = sql.SQL("null::text")
    sets |= {name: sql.SQL("s.{}").format(sql.Identifier(name)) for name, _ in scored.columns}
    named = [sql.Identifier(name) for name in sets]
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), sets)
    statement = sql.SQL(
        """
        with scored as (
            select m.id {score_columns} from ({rows}) as m {join}
        ), changed as (
            update contact c
            set {assignments}, updated_at = %(now)s
            from batch b
            join claim cl on cl.email_key = b.email_key
            join scored s on s.id = b.contact_id
            where c.workspace_id = %(workspace)s and c.id = b.contact_id
                and b.outcome is null and not b.is_new
                and ({current}) is distinct from ({future})
            returning c.id, old as o, new as n
        ), differences as materialized (
            select c.id, {before} as before, {after} as after from changed c
        ), logged as (
            insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
            select %(workspace)s, %(operation)s, 'contact', d.id, 'updated', d.before, d.after
            from differences d
            on conflict do nothing
            returning thing_id
        )
        select d.id, d.after - {housekeeping}::text[] <> '{{}}' as is_news
        from differences d join logged l on l.thing_id = d.id
        """
    ).format(
        score_columns=more(
            [sql.SQL("{} as {}").format(v, sql.Identifier(n)) for n, v in scored.columns]
        ),
        rows=row_source(writing.catalogue, writing.incoming, new=False),
        join=scored.join,
        assignments=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in sets.items()
        ),
        current=sql.SQL(", ").join(sql.SQL("c.{}").format(name) for name in named),
        future=sql.SQL(", ").join(sets.values()),
        before=before,
        after=after,
        housekeeping=sql.Literal("{" + HOUSEKEEPING + "}"),
    )
    rows = tx.rows(statement, _values(tx, operation, writing, params))
    if rows:
        changed = tuple(row["id"] for row in rows)
        tx.changes.append(
            Changed("contact", "updated", changed, scored=writing.scoring is not None)
        )
    return [row["id"] for row in rows if row["is_news"]]


def more(columns: list[Any]) -> sql.Composable:
    """Further columns of a list, each after a comma."""
    return sql.SQL("").join(sql.SQL(", {}").format(column) for column in columns)
