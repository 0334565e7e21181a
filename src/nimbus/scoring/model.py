"""A workspace's scoring model: three weighted components, their rules, and grades (S0-53, D-30)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from nimbus.fields import Catalogue
from nimbus.filters import leaves
from nimbus.problems import invalid
from nimbus.scoring.grade import Thresholds
from nimbus.scoring.rule import (
    COMPONENTS,
    EventRule,
    FilterRule,
    Rule,
    check_rule,
    dump_rule,
    members,
    read_rules,
)

MAX_RULES = 100
MAX_QUESTIONS = 1_000


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
class ScoringModel:
    id: UUID
    version: int
    weights: Weights
    thresholds: Thresholds
    rules: tuple[Rule, ...]

    @property
    def filters(self) -> tuple[FilterRule, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, FilterRule))

    @property
    def events(self) -> tuple[EventRule, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, EventRule))

    def __post_init__(self) -> None:
        if len(self.rules) > MAX_RULES:
            raise invalid(f"A model has at most {MAX_RULES} rules.", "rules")
        for i, rule in enumerate(self.rules):
            check_rule(rule, f"rules[{i}]")
        _check_together(self)


def read_model(
    data: object, catalogue: Catalogue, *, id: UUID, version: int = 1, last_number: int = 0
) -> ScoringModel:
    """The model of `{"weights", "thresholds", "rules"}`; what is left out has its default.

    A rule without a number is new and gets the next one after `last_number`, the highest that this
    workspace's rules ever had.
    """
    known = members(data, ("weights", "thresholds", "rules"), "model")
    weights = members(known.get("weights", {}), COMPONENTS, "weights")
    letters = members(known.get("thresholds", {}), ("A", "B", "C", "D"), "thresholds")
    thresholds = Thresholds(**{letter.lower(): least for letter, least in letters.items()})
    rules = read_rules(known.get("rules", []), catalogue, last_number)
    return ScoringModel(id, version, Weights(**weights), thresholds, rules)


def dump_model(model: ScoringModel) -> dict[str, Any]:
    """What `read_model` reads, with filters as they are stored."""
    return {
        "weights": asdict(model.weights),
        "thresholds": {k.upper(): least for k, least in asdict(model.thresholds).items()},
        "rules": [dump_rule(rule) for rule in model.rules],
    }


def _check_together(model: ScoringModel) -> None:
    seen: set[int] = set()
    for i, rule in enumerate(model.rules):
        if rule.number in seen:
            raise invalid(f"Number {rule.number} is taken by another rule.", f"rules[{i}].number")
        seen.add(rule.number)
    if sum(1 for rule in model.filters for _ in leaves(rule.filter)) > MAX_QUESTIONS:
        raise invalid(f"The rules can ask {MAX_QUESTIONS} questions at most in all.", "rules")
