"""A new contact beside a trashed one of the same person inherits what that one refused (G-02)."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from nimbus.consent import CONSENT, STATUS, STAY_WITH_CONSENT

_PROTECTED = CONSENT.protected_sql("c.consent_status", "b.consent_status")


def inherit_statement(statement: LiteralString) -> sql.Composed:
    """`inherited` of batch.sql with the ladders of consent and status filled in."""
    by_consent = f"{CONSENT.rank_sql('c.consent_status')} desc, c.deleted_at desc"
    by_status = f"{STATUS.rank_sql('c.status')} desc, c.deleted_at desc"
    strictest = [_first("consent_status", by_consent), _first("status", by_status)]
    strictest += [_first(column, by_consent) for column in STAY_WITH_CONSENT]
    looser = STATUS.protected_sql("c.status", "b.status")
    return sql.SQL(statement).format(
        ladders=sql.SQL(
            f"consent_status = {CONSENT.tightened_sql('c.consent_status', 'b.consent_status')}, "
            f"status = {STATUS.tightened_sql('c.status', 'b.status')}"
        ),
        evidence=sql.SQL(", ").join(map(_evidence, STAY_WITH_CONSENT)),
        protected=sql.SQL(f"({_PROTECTED}) or ({looser})"),
        strictest=sql.SQL(", ").join(strictest),
    )


def _first(column: LiteralString, order: LiteralString) -> sql.SQL:
    return sql.SQL(f"(array_agg(c.{column} order by {order}))[1] as {column}")


def _evidence(column: LiteralString) -> sql.SQL:
    """How the consent came about, from wherever the consent is."""
    return sql.SQL(
        f"{column} = case when {_PROTECTED} then c.{column} "
        f"when b.consent_status is null then coalesce(c.{column}, b.{column}) else b.{column} end"
    )
