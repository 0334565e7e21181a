"""The lead score, in SQL and in Python alike, and the reasons for it (D-30, G-30).

Everything is whole numbers, so rounding half up is exact: (Σ weight × component + 50) div 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from nimbus.filters import Params, Source, compile, describe, evaluate
from nimbus.scoring.grade import grade, grade_sql
from nimbus.scoring.model import COMPONENTS, ScoringModel


@dataclass(frozen=True, slots=True)
class Score:
    """What a contact stores. `rules` are the numbers of the rules that matched, in their order."""

    fit: int
    engagement: int
    intent: int
    score: int
    grade: str
    rules: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One matching rule in words."""

    number: int
    component: str
    name: str
    sentence: str
    points: int


def score(model: ScoringModel, row: Mapping[str, Any], now: datetime) -> Score:
    """The score of a row that has the columns of a `Source`."""
    return tally(model, (r.number for r in model.rules if evaluate(r.filter, row, now)))


def tally(model: ScoringModel, numbers: Iterable[int]) -> Score:
    """The score that matching these rules gives; a component without any counts 0."""
    matched = set(numbers)
    rules = [rule for rule in model.rules if rule.number in matched]
    parts = tuple(
        min(100, max(0, sum(rule.points for rule in rules if rule.component == component)))
        for component in COMPONENTS
    )
    weighted = sum(w * part for w, part in zip(astuple(model.weights), parts, strict=True))
    total = (weighted + 50) // 100
    fit, engagement, intent = parts
    return Score(
        fit,
        engagement,
        intent,
        total,
        grade(total, model.thresholds),
        tuple(rule.number for rule in rules),
    )


def explain(model: ScoringModel, numbers: Iterable[int]) -> tuple[Score, list[Reason]]:
    """What the stored numbers mean under this model: the score, and each rule's share in words."""
    told = tally(model, numbers)
    return told, [
        Reason(rule.number, rule.component, rule.name, describe(rule.filter), rule.points)
        for rule in model.rules
        if rule.number in told.rules
    ]


def score_join(
    model: ScoringModel, source: Source, params: Params, alias: str = "scored"
) -> sql.Composable:
    """What stands after the row source in FROM: components and matching rules of each row.

    Two fenced steps (`offset 0` keeps the planner from merging them) ask each rule once per row;
    as plain expressions in the select list every rule is asked four times, and takes three times
    as long.
    """
    asked = [
        sql.SQL("{} as {}").format(compile(rule.filter, source, params), _asked(rule.number))
        for rule in model.rules
    ]
    return sql.SQL(
        "cross join lateral (select {} from (select {} offset 0) as asked offset 0) as {}"
    ).format(
        sql.SQL(", ").join([*(_component(model, c) for c in COMPONENTS), _matched(model)]),
        sql.SQL(", ").join([sql.SQL("true"), *asked]),
        sql.Identifier(alias),
    )


def score_columns(model: ScoringModel, alias: str = "scored") -> list[tuple[str, sql.Composable]]:
    """The columns a contact stores, read from `score_join` under its alias."""
    parts = [(f"score_{c}", sql.Identifier(alias, f"score_{c}")) for c in COMPONENTS]
    weighted = [
        sql.SQL("{} * {}").format(sql.Literal(weight), part)
        for weight, (_, part) in zip(astuple(model.weights), parts, strict=True)
    ]
    total = sql.SQL("(({} + 50) / 100)").format(sql.SQL(" + ").join(weighted))
    return [
        *parts,
        ("lead_score", total + sql.SQL("::smallint")),
        ("grade", grade_sql(total, model.thresholds)),
        ("score_rules", sql.Identifier(alias, "score_rules")),
    ]


def _component(model: ScoringModel, component: str) -> sql.Composable:
    points: list[sql.Composable] = [
        sql.SQL("case when {} then {} else 0 end").format(
            _asked(rule.number), sql.Literal(rule.points)
        )
        for rule in model.rules
        if rule.component == component
    ]
    return sql.SQL("greatest(0, least(100, {}))::smallint as {}").format(
        sql.SQL(" + ").join(points or [sql.SQL("0")]), sql.Identifier(f"score_{component}")
    )


def _matched(model: ScoringModel) -> sql.Composable:
    numbers = [
        sql.SQL("case when {} then {} end").format(_asked(rule.number), sql.Literal(rule.number))
        for rule in model.rules
    ]
    return sql.SQL("array_remove(array[{}]::smallint[], null) as score_rules").format(
        sql.SQL(", ").join(numbers)
    )


def _asked(number: int) -> sql.Identifier:
    return sql.Identifier(f"rule_{number}")
