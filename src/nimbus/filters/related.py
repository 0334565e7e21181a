"""Questions about what lies beside the contact, as SQL: rows by its key, and sets that it is in."""

from __future__ import annotations

from dataclasses import replace

from psycopg import sql

from nimbus.fields.field import Field
from nimbus.fields.related import Member, Related
from nimbus.filters.predicates import Blank, OneOf, Predicate
from nimbus.filters.source import Params, Source


def piece(
    predicate: Predicate, field: Field, related: Related | Member, source: Source, params: Params
) -> sql.Composable:
    """The predicate over an offered field; NULL where it means no."""
    if isinstance(related, Member):
        return _in_sets(predicate, related, source, params)
    return _by_rows(predicate, field, related, source, params)


def _in_sets(
    predicate: Predicate, member: Member, source: Source, params: Params
) -> sql.Composable:
    assert isinstance(predicate, OneOf)  # noqa: S101 - the only one that a membership is asked
    sets = [member.holds(id, source.alias, params) for id in predicate.values]
    return sql.SQL("({})").format(sql.SQL(" or ").join(sets))


def _by_rows(
    predicate: Predicate, field: Field, related: Related, source: Source, params: Params
) -> sql.Composable:
    """The contacts whose row has the value; where a missing row has it too, all but those whose row
    has not. So the rows are read once, by their own index, and never for each contact."""
    rows, plain = related.rows(params), replace(field, thing="contact", column="value")
    having: sql.Composable
    if isinstance(predicate, Blank):
        if related.missing is not None:
            return sql.SQL("false")
        having, opposite = sql.SQL("r.value is not null"), True
    else:
        having = predicate.piece(plain, Source("r"), params)
        opposite = related.missing is not None and predicate.holds(field, related.missing)
        if opposite:
            having = sql.SQL("({}) is not true").format(having)
    found = sql.SQL("{} in (select r.key from ({}) as r where {})").format(
        sql.Identifier(source.alias, related.key), rows, having
    )
    return sql.SQL("({}) is not true").format(found) if opposite else found


def value(field: Field, related: Related, source: Source, params: Params) -> sql.Composable:
    """The value itself, to explain a question with."""
    return sql.SQL("(select r.value from ({}) as r where r.key = {})").format(
        related.rows(params), sql.Identifier(source.alias, related.key)
    )
