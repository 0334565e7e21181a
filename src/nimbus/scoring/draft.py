"""Tier rules in an order that is tried but not saved: it lies in the address of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nimbus.db import ids
from nimbus.scoring.tier_rule import ICPTierRule

GONE = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """A rule at its place; one that is `gone` will be removed."""

    rule: ICPTierRule
    gone: bool = False

    @property
    def shown_id(self) -> str:
        return ids.show("rule", self.rule.id)

    def __str__(self) -> str:
        return f"{GONE if self.gone else ''}{self.shown_id}"


@dataclass(frozen=True, slots=True)
class Draft:
    """The rules as they would stand; `changes` when that is not how they are."""

    lines: tuple[Line, ...]
    changes: bool

    @property
    def order(self) -> str:
        return ",".join(map(str, self.lines))

    @property
    def kept(self) -> list[ICPTierRule]:
        """The rules that would be there, at their new places."""
        left = [line.rule for line in self.lines if not line.gone]
        return [replace(rule, position=place) for place, rule in enumerate(left)]


def draft(rules: Sequence[ICPTierRule], order: str = "", step: str = "") -> Draft:
    """The rules by an `order` such as `rule_b,-rule_a`, after a `step` such as `up:rule_a`: up,
    down, drop or keep. A rule that somebody else has added since comes last, one that is gone is
    passed over."""
    known = {ids.show("rule", rule.id): rule for rule in rules}
    lines: list[Line] = []
    for shown in order.split(","):
        if rule := known.pop(shown.removeprefix(GONE), None):
            lines.append(Line(rule, shown.startswith(GONE)))
    lines += map(Line, known.values())
    lines = _after(lines, *step.partition(":")[::2])
    as_it_is = [line.rule for line in lines] == list(rules)
    return Draft(tuple(lines), not as_it_is or any(line.gone for line in lines))


def _after(lines: list[Line], step: str, shown: str) -> list[Line]:
    at = next((at for at, line in enumerate(lines) if line.shown_id == shown), None)
    if at is None:
        return lines
    match step:
        case "up" | "down":
            to = max(0, at + (-1 if step == "up" else 1))
            rest = [*lines[:at], *lines[at + 1 :]]
            return [*rest[:to], lines[at], *rest[to:]]
        case "drop" | "keep":
            return [*lines[:at], replace(lines[at], gone=step == "drop"), *lines[at + 1 :]]
        case _:
            return lines
