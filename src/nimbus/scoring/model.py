"""A workspace's scoring model: three weighted components, their rules, and grades (S0-53, D-30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Literal
from uuid import UUID

from nimbus.fields import Catalogue
from nimbus.filters import Filter, dump, leaves, parse
from nimbus.problems import invalid
from nimbus.scoring.grade import Thresholds
from nimbus.scoring.tier_rule import check_name, refuse_circular

Component = Literal["fit", "engagement", "intent"]
COMPONENTS: tuple[Component, ...] = ("fit", "engagement", "intent")

RULE = ("number", "component", "name", "filter", "points")

MAX_RULES = 100
MAX_QUESTIONS = 1_000
MAX_POINTS = 100
MAX_NUMBER = 2**15 - 1


@dataclass(frozen=True, slots=True)
class Weights:
    """Whole percents that sum to 100."""

    fit: int = 40
    engagement: int = 30
    intent: int = 30

    def __post_init__(self) -> None:
        weights = (self.fit, self.engagement, self.intent)
        if any(type(weight) is not int or not 0 <= weight <= 100 for weight in weights):
            raise invalid("Weights are whole percents from 0 to 100.", "weights")
        if sum(weights) != 100:
            raise invalid(f"The weights must sum to 100, these to {sum(weights)}.", "weights")


@dataclass(frozen=True, slots=True)
class ScoringRule:
    """Points for a component where the filter holds. `number` names the rule for good: it is what a
    contact stores as the reason of its score, so a number is never given to another rule (G-30)."""

    number: int
    component: Component
    name: str
    filter: Filter
    points: int


@dataclass(frozen=True, slots=True)
class ScoringModel:
    id: UUID
    version: int
    weights: Weights
    thresholds: Thresholds
    rules: tuple[ScoringRule, ...]

    def __post_init__(self) -> None:
        if len(self.rules) > MAX_RULES:
            raise invalid(f"A model has at most {MAX_RULES} rules.", "rules")
        for i, rule in enumerate(self.rules):
            _check_rule(rule, f"rules[{i}]")
        _check_together(self.rules)


def read_model(
    data: object, catalogue: Catalogue, *, id: UUID, version: int = 1, last_number: int = 0
) -> ScoringModel:
    """The model of `{"weights", "thresholds", "rules"}`; what is left out has its default.

    A rule without a number is new and gets the next one after `last_number`, the highest that this
    workspace's rules ever had.
    """
    known = _members(data, ("weights", "thresholds", "rules"), "model")
    weights = _members(known.get("weights", {}), COMPONENTS, "weights")
    letters = _members(known.get("thresholds", {}), ("A", "B", "C", "D"), "thresholds")
    thresholds = Thresholds(**{letter.lower(): least for letter, least in letters.items()})
    rules = _read_rules(known.get("rules", []), catalogue, last_number)
    return ScoringModel(id, version, Weights(**weights), thresholds, rules)


def dump_model(model: ScoringModel) -> dict[str, Any]:
    """What `read_model` reads, with filters as they are stored."""
    return {
        "weights": asdict(model.weights),
        "thresholds": {k.upper(): least for k, least in asdict(model.thresholds).items()},
        "rules": [
            {
                "number": rule.number,
                "component": rule.component,
                "name": rule.name,
                "filter": dump(rule.filter),
                "points": rule.points,
            }
            for rule in model.rules
        ],
    }


def _read_rules(data: object, catalogue: Catalogue, last_number: int) -> tuple[ScoringRule, ...]:
    if not isinstance(data, list):
        raise invalid("A list of rules is needed.", "rules")
    named = [_members(rule, RULE, f"rules[{i}]") for i, rule in enumerate(data)]
    taken = [rule["number"] for rule in named if type(rule.get("number")) is int]
    fresh = count(max([last_number, *taken]) + 1)
    return tuple(
        ScoringRule(
            number=next(fresh) if rule.get("number") is None else rule["number"],
            component=rule.get("component", ""),
            name=rule.get("name", ""),
            filter=parse(rule.get("filter"), catalogue, path=f"rules[{i}].filter"),
            points=rule.get("points", 0),
        )
        for i, rule in enumerate(named)
    )


def _members(data: object, allowed: Sequence[str], path: str) -> dict[str, Any]:
    """The members of a JSON object, none of them unknown."""
    if not isinstance(data, Mapping):
        raise invalid("An object is needed.", path)
    for name in data:
        if name not in allowed:
            raise invalid(
                f"“{name}” is not known here. Allowed: {', '.join(allowed)}.", f"{path}.{name}"
            )
    return dict(data)


def _check_rule(rule: ScoringRule, path: str) -> None:
    if type(rule.number) is not int or not 1 <= rule.number <= MAX_NUMBER:
        raise invalid(f"A number from 1 to {MAX_NUMBER} is needed.", f"{path}.number")
    if rule.component not in COMPONENTS:
        raise invalid(f"A component is one of {', '.join(COMPONENTS)}.", f"{path}.component")
    if type(rule.points) is not int or not rule.points or abs(rule.points) > MAX_POINTS:
        raise invalid(
            f"Points are a whole number from -{MAX_POINTS} to {MAX_POINTS}, and not 0.",
            f"{path}.points",
        )
    check_name(rule.name, f"{path}.name")
    refuse_circular(rule.filter, f"{path}.filter")


def _check_together(rules: tuple[ScoringRule, ...]) -> None:
    seen: set[int] = set()
    for i, rule in enumerate(rules):
        if rule.number in seen:
            raise invalid(f"Number {rule.number} is taken by another rule.", f"rules[{i}].number")
        seen.add(rule.number)
    if sum(1 for rule in rules for _ in leaves(rule.filter)) > MAX_QUESTIONS:
        raise invalid(f"The rules can ask {MAX_QUESTIONS} questions at most in all.", "rules")
