"""Questions about what is no column of the contact, as SQL: rows beside it, sets that it is in, and
what is worked out."""

from __future__ import annotations

from dataclasses import replace

from psycopg import sql

from nimbus.fields.field import Field
from nimbus.fields.related import Member, Related, Worked
from nimbus.filters.predicates import Blank, OneOf, Predicate
from nimbus.filters.source import Params, Source


def company(field: Field) -> Related | Member | Worked | None:
    """Where the value of the field lies for the table of contacts: its company is beside it."""
    if field.thing != "company":
        return field.related
    rows = sql.SQL(
        "select k.id as key, k.{} as value from company k where k.workspace_id = %(workspace)s"
    ).format(sql.Identifier(field.column))
    return Related("company_id", lambda params: rows)


def piece(
    predicate: Predicate, field: Field, related: Related | Member | Worked, source: Source,
    params: Params,
) -> sql.Composable:  # fmt: skip
    """The predicate over such a field; NULL where it means no."""
    match related:
        case Member():
            return _in_sets(predicate, related, source, params)
        case Worked():
            return predicate.piece(field, _worked(related, source, params), params)
        case Related():
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
    if related.missing is None:
        opposite = isinstance(predicate, Blank)
    else:
        opposite = not isinstance(predicate, Blank) and predicate.holds(field, related.missing)
    having = predicate.piece(plain, Source("r"), params)
    if opposite:
        having = sql.SQL("({}) is not true").format(having)
    found = sql.SQL("{} in (select r.key from ({}) as r where {})").format(
        sql.Identifier(source.alias, related.key), rows, having
    )
    return sql.SQL("({}) is not true").format(found) if opposite else found


def _worked(worked: Worked, source: Source, params: Params) -> Source:
    return replace(source, expression=worked.sql(source.alias, params))


def expression(field: Field, contact: str, company: str, params: Params) -> sql.Composable:
    """The value of a field that has one for each contact, to sort by, where the statement joins the
    company under that alias."""
    if isinstance(field.related, Worked):
        return field.related.sql(contact, params)
    if field.thing == "company":
        return sql.Identifier(company, field.column)
    return Source(contact).value(field)


def value(
    field: Field, related: Related | Worked, source: Source, params: Params
) -> sql.Composable:
    """The value itself, to explain a question with."""
    if isinstance(related, Worked):
        return related.sql(source.alias, params)
    return sql.SQL("(select r.value from ({}) as r where r.key = {})").format(
        related.rows(params), sql.Identifier(source.alias, related.key)
    )
