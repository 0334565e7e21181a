"""What pages hand to the macros of `web/ui.html`: small typed values instead of loose dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Sorted = Literal["ascending", "descending"]
Width = Literal["check", "xs", "s", "m", "l", "xl"]
StationState = Literal["waiting", "running", "done", "paused", "failed"]


@dataclass(frozen=True)
class NavEntry:
    """An entry of the main navigation; `also` is a page that belongs to it and lies elsewhere."""

    key: str
    label: str
    href: str
    icon: str
    also: str | None = field(default=None, kw_only=True)

    def reach(self, path: str) -> int:
        """How many letters of this address are those of this entry; 0 where it is none of its."""
        return max(
            len(one) if path == one or (one != "/" and path.startswith(one + "/")) else 0
            for one in (self.href, self.also or self.href)
        )


def current(entries: Sequence[NavEntry], path: str) -> NavEntry | None:
    """The entry that a page of this address belongs to: the one that says most of it."""
    found = max(entries, key=lambda one: one.reach(path), default=None)
    return found if found and found.reach(path) else None


@dataclass(frozen=True)
class Column:
    """A column of a table; with `href` its header is a link that sorts. One that is `wide_only` is
    left out on a phone, one that `gives_way` beside an open peek, and its cells have that class.
    `attrs` are further attributes of its header."""

    label: str
    width: Width | None = None
    href: str | None = None
    sorted: Sorted | None = None
    kind: Literal["text", "number", "center", "check"] = "text"
    hidden_label: bool = False
    wide_only: bool = False
    gives_way: bool = False
    attrs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Option:
    """A choice of a select or of radio buttons."""

    value: str
    label: str
    help: str | None = None


@dataclass(frozen=True)
class Station:
    """One stage of an import; `share` is the finished fraction, `note` the words beneath."""

    label: str
    state: StationState = "waiting"
    share: float = 0.0
    note: str | None = None

    @property
    def words(self) -> str:
        """What a screen reader hears."""
        if self.state == "running":
            return f"running, {int(self.share * 100)} percent"
        return self.state


@dataclass(frozen=True)
class ScorePart:
    label: str
    points: float
    most: float


@dataclass(frozen=True)
class Toast:
    """What was done; `undo` is the address to POST to."""

    words: str
    undo: str | None = None
    tone: Literal["green", "blue", "amber", "red"] = "green"
    link: str | None = None
    link_words: str = "Show"
    new_tab: bool = False


def initials(name: str) -> str:
    """Two letters of a name; one when there is one word; ? when there is none."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "?"
    ends: Sequence[str] = words if len(words) == 1 else (words[0], words[-1])
    return "".join(word[0] for word in ends).upper()
