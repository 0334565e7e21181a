"""A filter as SQL: identifiers by psycopg.sql, every value bound."""

from __future__ import annotations

from psycopg import sql

from nimbus.filters import related
from nimbus.filters.filter import All, Any_, Filter, Leaf, Not
from nimbus.filters.sets import expand
from nimbus.filters.source import Params, Source


def compile(filter: Filter, source: Source, params: Params) -> sql.Composable:
    """A condition over the rows of `source`; NULL where it means no (see `predicates`). Raises
    Problem(too_expensive)."""
    return _condition(expand(filter), source, params)


def _condition(filter: Filter, source: Source, params: Params) -> sql.Composable:
    match filter:
        case Leaf(_, op):
            piece = _asked(filter, source, params)
            return _opposite(piece) if op.negated else sql.SQL("({})").format(piece)
        case Not(part):
            return _opposite(_condition(part, source, params))
        case All(parts):
            return _joined(" and ", "true", [_condition(part, source, params) for part in parts])
        case Any_(parts):
            return _joined(" or ", "false", [_condition(part, source, params) for part in parts])


def _asked(leaf: Leaf, source: Source, params: Params) -> sql.Composable:
    predicate = leaf.predicate(params.now)
    beside = related.company(leaf.field) if source.table else leaf.field.related
    if beside:
        return related.piece(predicate, leaf.field, beside, source, params)
    return predicate.piece(leaf.field, source, params)


def _opposite(piece: sql.Composable) -> sql.Composable:
    return sql.SQL("(({}) is not true)").format(piece)


def _joined(word: str, nothing: str, pieces: list[sql.Composable]) -> sql.Composable:
    if not pieces:
        return sql.SQL(nothing)
    return sql.SQL("({})").format(sql.SQL(word).join(pieces))
