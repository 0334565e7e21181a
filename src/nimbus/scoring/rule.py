"""A rule of a scoring model: points where a filter holds, or for each event of a type (D-30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

from nimbus.engagement.event import TYPES, event_type, read_types
from nimbus.fields import Catalogue
from nimbus.filters import Filter, describe, dump, parse
from nimbus.problems import invalid
from nimbus.scoring.tier_rule import check_name, refuse_circular

Component = Literal["fit", "engagement", "intent"]
COMPONENTS: tuple[Component, ...] = ("fit", "engagement", "intent")
# What somebody does says nothing of who they are.
OF_EVENTS: tuple[Component, ...] = ("engagement", "intent")

MEMBERS = ("number", "component", "name", "filter", "points", "event", "half_life_days")

MAX_POINTS = 100
MAX_NUMBER = 2**15 - 1
MAX_HALF_LIFE = 3_650


@dataclass(frozen=True, slots=True)
class FilterRule:
    """Points for a component where the filter holds. `number` names the rule for good: it is what a
    contact stores as the reason of its score, so a number is never given to another rule (G-30)."""

    number: int
    component: Component
    name: str
    filter: Filter
    points: int

    @property
    def sentence(self) -> str:
        return describe(self.filter)


@dataclass(frozen=True, slots=True)
class EventRule:
    """Points for a component once per event of the type, which are half as many whenever another
    `half_life_days` have passed."""

    number: int
    component: Component
    name: str
    event: str
    points: int
    half_life_days: int

    @property
    def sentence(self) -> str:
        days = "day" if self.half_life_days == 1 else f"{self.half_life_days} days"
        return f"{TYPES[self.event]}: each time, and half as much after every {days}"


Rule = FilterRule | EventRule


def read_rules(data: object, catalogue: Catalogue, last_number: int) -> tuple[Rule, ...]:
    """A rule without a number is new and gets the next one after `last_number`."""
    if not isinstance(data, list):
        raise invalid("A list of rules is needed.", "rules")
    named = [members(rule, MEMBERS, f"rules[{i}]") for i, rule in enumerate(data)]
    taken = [rule["number"] for rule in named if type(rule.get("number")) is int]
    fresh = count(max([last_number, *taken]) + 1)
    return tuple(
        _read(
            {**rule, "number": next(fresh) if rule.get("number") is None else rule["number"]},
            catalogue, f"rules[{i}]",
        )
        for i, rule in enumerate(named)
    )  # fmt: skip


def dump_rule(rule: Rule) -> dict[str, Any]:
    """What `read_rules` reads, with filters as they are stored."""
    told = {"number": rule.number, "component": rule.component, "name": rule.name}
    if isinstance(rule, FilterRule):
        return {**told, "filter": dump(rule.filter), "points": rule.points}
    return {
        **told, "event": rule.event, "points": rule.points, "half_life_days": rule.half_life_days,
    }  # fmt: skip


def members(data: object, allowed: Sequence[str], path: str) -> dict[str, Any]:
    """The members of a JSON object, none of them unknown."""
    if not isinstance(data, Mapping):
        raise invalid("An object is needed.", path)
    for name in data:
        if name not in allowed:
            raise invalid(
                f"“{name}” is not known here. Allowed: {', '.join(allowed)}.", f"{path}.{name}"
            )
    return dict(data)


def check_rule(rule: Rule, path: str) -> None:
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
    if isinstance(rule, FilterRule):
        refuse_circular(rule.filter, f"{path}.filter")
    else:
        _check_event(rule, path)


def _check_event(rule: EventRule, path: str) -> None:
    if rule.component not in OF_EVENTS:
        raise invalid(
            f"A rule for events counts for {' or '.join(OF_EVENTS)}.", f"{path}.component"
        )
    days = rule.half_life_days
    if type(days) is not int or not 1 <= days <= MAX_HALF_LIFE:
        raise invalid(
            f"A whole number of days from 1 to {MAX_HALF_LIFE} is needed.",
            f"{path}.half_life_days",
        )


def _read(rule: Mapping[str, Any], catalogue: Catalogue, path: str) -> Rule:
    told = {
        "number": rule["number"],
        "component": rule.get("component", ""),
        "name": rule.get("name", ""),
        "points": rule.get("points", 0),
    }
    if rule.get("event") is None:
        if rule.get("half_life_days") is not None:
            raise invalid("Only a rule for an event has this.", f"{path}.half_life_days")
        return FilterRule(
            **told, filter=parse(rule.get("filter"), catalogue, path=f"{path}.filter")
        )
    if rule.get("filter") is not None:
        raise invalid("A rule has a filter or an event, not both.", f"{path}.filter")
    event = _event(rule["event"], f"{path}.event")
    return EventRule(**told, event=event, half_life_days=rule.get("half_life_days", 0))


def _event(given: object, path: str) -> str:
    found = read_types(given, path) if isinstance(given, str) else ()
    if len(found) != 1:
        known = ", ".join(event_type(type) for type in TYPES)
        raise invalid(f"One type of event is needed: {known}.", path)
    return found[0]
