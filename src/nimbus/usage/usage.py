"""A number of a workspace, against its limit where it has one."""

from __future__ import annotations

from dataclasses import dataclass

from nimbus.access import Who


@dataclass(frozen=True, slots=True)
class Measure:
    """How much there is of something, and how much there may be; `exact` is false of an estimate.
    `href` leads to what proves it, for those who have `scope`; `setting` is what the operator of
    the instance changes it by."""

    label: str
    used: int
    most: int
    why: str
    href: str
    scope: str
    setting: str | None = None
    exact: bool = True

    @property
    def share(self) -> float:
        """At most 1."""
        return min(1.0, self.used / self.most) if self.most else 1.0

    @property
    def tone(self) -> str:
        return "red" if self.share >= 1 else "amber" if self.share >= 0.9 else "accent"


@dataclass(frozen=True, slots=True)
class Fact:
    """A limit that nothing is counted against, or a number without one, in words."""

    label: str
    words: str
    why: str
    href: str | None = None
    scope: str | None = None
    setting: str | None = None


Line = Measure | Fact


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    lines: tuple[Line, ...]


def leads(line: Line, who: Who) -> str | None:
    """Where the line's proof is, for those who may see it."""
    return line.href if line.scope is None or who.may(line.scope) else None
