"""The lead score, in SQL and in Python alike, and the reasons for it (D-30, G-30).

Everything is whole numbers, so rounding half up is exact: (Σ weight × component + 50) div 100. What
events give counts in millionths of points, and a component is rounded half up to whole ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from nimbus.filters import Params, Source, compile, evaluate
from nimbus.scoring.fading import WHOLE, share, worth, worth_join, worth_of
from nimbus.scoring.grade import grade, grade_sql
from nimbus.scoring.model import ScoringModel
from nimbus.scoring.rounding import rounded_parts, settled
from nimbus.scoring.rule import COMPONENTS, EventRule, Rule


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
    """One matching rule in words; of events the points that they give, rounded."""

    number: int
    component: str
    name: str
    sentence: str
    points: int


def score(
    model: ScoringModel, row: Mapping[str, Any], now: datetime,
    events: Iterable[tuple[str, datetime]] = (),
) -> Score:  # fmt: skip
    """The score of a row that has the columns of a `Source`, with its events by type and time."""
    told = worth(model.events, events, now)
    matched = [rule.number for rule in model.filters if evaluate(rule.filter, row, now)]
    return tally(model, [*matched, *(number for number in told if told[number])], told)


def tally(
    model: ScoringModel, numbers: Iterable[int], told: Mapping[int, int] | None = None
) -> Score:
    """The score that matching these rules gives, those for events by what `worth` has told; a
    component without any counts 0."""
    matched = set(numbers)
    rules = [rule for rule in model.rules if rule.number in matched]
    parts = tuple(
        _whole(max(0, sum(_gives(r, told or {}) for r in rules if r.component == component)))
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


def explain(
    model: ScoringModel, numbers: Iterable[int], told: Mapping[int, int] | None = None,
    stored: Mapping[str, int | None] | None = None,
) -> tuple[Score, list[Reason]]:  # fmt: skip
    """What the stored numbers mean under this model: the score, and each rule's share in words. The
    shares of a component add up to it, as long as it is between 0 and 100; to the `stored` one
    where that is named, though events have faded since it was worked out."""
    found = tally(model, numbers, told)
    points: dict[int, int] = {}
    for component in COMPONENTS:
        own = [r for r in model.rules if r.number in found.rules and r.component == component]
        parts = [_gives(rule, told or {}) for rule in own]
        kept = (stored or {}).get(component)
        if kept is not None and kept != getattr(found, component):
            parts = _as_stored(own, parts, kept)
        shares = rounded_parts(parts, WHOLE)
        points |= {rule.number: share for rule, share in zip(own, shares, strict=True)}
    return found, [
        Reason(rule.number, rule.component, rule.name, rule.sentence, points[rule.number])
        for rule in model.rules
        if rule.number in found.rules
    ]


def _as_stored(rules: Sequence[Rule], parts: Sequence[int], kept: int) -> list[int]:
    """The parts as they were when the component was worked out: only those of events fade, each by
    what it gives, or by its points where nothing is left of any."""
    faded = [isinstance(rule, EventRule) for rule in rules]
    by = [part * fades for part, fades in zip(parts, faded, strict=True)]
    if not any(by):
        by = [rule.points * fades for rule, fades in zip(rules, faded, strict=True)]
    return settled(parts, by, kept * WHOLE)


def _gives(rule: Rule, told: Mapping[int, int]) -> int:
    """Millionths of points."""
    return share(rule, told) if isinstance(rule, EventRule) else rule.points * WHOLE


def _whole(millionths: int) -> int:
    """Points, rounded half up, 100 at most."""
    return min(100, (millionths + WHOLE // 2) // WHOLE)


def score_join(
    model: ScoringModel, source: Source, params: Params, alias: str = "scored", *,
    events: bool = True,
) -> sql.Composable:  # fmt: skip
    """What stands after the row source in FROM: components and matching rules of each row. Where no
    row has `events`, none are looked for.

    Two fenced steps (`offset 0` keeps the planner from merging them) ask each rule once per row;
    as plain expressions in the select list every rule is asked four times, and takes three times
    as long.
    """
    asked = [
        sql.SQL("{} as {}").format(compile(rule.filter, source, params), _asked(rule.number))
        for rule in model.filters
    ]
    counting = model.events if events else ()
    happened = worth_join(counting, source, params) if counting else sql.SQL("")
    return happened + sql.SQL(
        " cross join lateral (select {} from (select {} offset 0) as asked offset 0) as {}"
    ).format(
        sql.SQL(", ").join(
            [*(_component(model, c, counting) for c in COMPONENTS), _matched(model, counting)]
        ),
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


def _component(
    model: ScoringModel, component: str, counting: Sequence[EventRule]
) -> sql.Composable:
    points: list[sql.Composable] = [
        sql.SQL("case when {} then {} else 0 end").format(
            _asked(rule.number), sql.Literal(rule.points)
        )
        for rule in model.filters
        if rule.component == component
    ]
    shares: list[sql.Composable] = [
        sql.SQL("{} * {}").format(sql.Literal(rule.points), worth_of(rule))
        for rule in counting
        if rule.component == component
    ]
    total = sql.SQL(" + ").join(points or [sql.SQL("0")])
    if shares:
        total = sql.SQL("(greatest(0, ({}) * {whole}::bigint + {}) + {half}) / {whole}").format(
            total, sql.SQL(" + ").join(shares),
            whole=sql.Literal(WHOLE), half=sql.Literal(WHOLE // 2),
        )  # fmt: skip
    return sql.SQL("greatest(0, least(100, {}))::smallint as {}").format(
        total, sql.Identifier(f"score_{component}")
    )


def _matched(model: ScoringModel, counting: Sequence[EventRule]) -> sql.Composable:
    """The numbers of the matching rules, in the order of the model."""
    worth_any = {rule.number: sql.SQL("{} > 0").format(worth_of(rule)) for rule in counting}
    asked = {rule.number: _asked(rule.number) for rule in model.filters}
    numbers = [
        sql.SQL("case when {} then {} end").format(holds, sql.Literal(rule.number))
        for rule in model.rules
        if (holds := {**asked, **worth_any}.get(rule.number)) is not None
    ]
    return sql.SQL("array_remove(array[{}]::smallint[], null) as score_rules").format(
        sql.SQL(", ").join(numbers)
    )


def _asked(number: int) -> sql.Identifier:
    return sql.Identifier(f"rule_{number}")
