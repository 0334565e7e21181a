"""Two people compared: a score, a verdict, and the reasons field by field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log2
from typing import Literal

from nimbus.duplicates.levels import Levels, names, names_swapped, rest
from nimbus.duplicates.person import Person
from nimbus.duplicates.weights import LIKELY, POSSIBLE, WEIGHTS

Verdict = Literal["certain", "likely", "possible"]

# What many have in common: of two of one name in one town the one need not be the other.
_COMMON = frozenset({"given", "family", "swapped", "generation", "city", "state"})
_SURELY = frozenset({"same", "nickname", "near"})


@dataclass(frozen=True, slots=True)
class Reason:
    """What one field says: how it agrees, and what that weighs in bits."""

    field: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` is the sum of the weights; `is_common` says that nothing speaks for it but what
    many have in common."""

    score: float
    reasons: tuple[Reason, ...]
    is_common: bool
    is_identity: bool

    def among(self, namesakes: int) -> Likeness:
        """The same between two of so many people whose names are the same or sound so: where
        nothing else speaks for a pair, each of the others is as good a guess."""
        if not self.is_common or namesakes <= 2:
            return self
        less = Reason("namesakes", str(namesakes), -round(log2(namesakes - 1), 1))
        return replace(self, score=self.score + less.weight, reasons=(*self.reasons, less))

    @property
    def verdict(self) -> Verdict | None:
        """None: not worth a look. `certain` pairs are exact in what identifies a person, and agree
        in the names; they may be merged without anybody looking."""
        if self.score < POSSIBLE:
            return None
        if self.score < LIKELY:
            return "possible"
        return "certain" if self.is_identity else "likely"


def compare(one: Person, other: Person) -> Likeness | None:
    """The same whichever comes first; None for two who are not worth a look."""
    levels, weight = _best_names(one, other)
    others = rest(one, other)
    if levels.get("given") == "other" and others.get("phone") == "same":
        others["phone"] = "shared"  # A family's, or an office's.
    score = weight + _sum(others)
    if score < POSSIBLE:
        return None
    levels |= others
    reasons = tuple(Reason(field, level, WEIGHTS[field][level]) for field, level in levels.items())
    common = not any(reason.weight > 0 for reason in reasons if reason.field not in _COMMON)
    return Likeness(score, reasons, common, _is_identity(levels))


def _best_names(one: Person, other: Person) -> tuple[Levels, float]:
    """Straight, or with given and family name in each other's place where that fits better."""
    straight = names(one, other)
    weight = _sum(straight)
    if straight.get("given") == "same" or straight.get("family") == "same":
        return straight, weight
    swapped, turned = names_swapped(one, other), names_swapped(other, one)
    # Of two that weigh the same always the same, whoever comes first.
    swapped = max(swapped, turned, key=lambda levels: (_sum(levels), sorted(levels.items())))
    return (swapped, _sum(swapped)) if _sum(swapped) > weight else (straight, weight)


def _sum(levels: Levels) -> float:
    weight = 0.0
    for field, level in levels.items():
        weight += WEIGHTS[field][level]
    return weight


def _is_identity(levels: Levels) -> bool:
    """One mailbox or one profile, under the same name, and nothing that tells them apart."""
    return (
        (levels.get("email") in ("same", "mailbox") or levels.get("profile") == "same")
        and levels.get("given") in _SURELY
        and levels.get("family") in ("same", "near")
        and "other" not in (levels.get("generation"), levels.get("profile"), levels.get("born"))
    )
