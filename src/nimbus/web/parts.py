"""What pages hand to the macros of `web/ui.html`: small typed values instead of loose dicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Sorted = Literal["ascending", "descending"]
Width = Literal["check", "xs", "s", "m", "l", "xl"]
StationState = Literal["waiting", "running", "done", "paused", "failed"]


@dataclass(frozen=True)
class NavEntry:
    """An entry of the main navigation."""

    key: str
    label: str
    href: str
    icon: str

    def holds(self, path: str) -> bool:
        """Whether a page of this address belongs to this entry."""
        return path == self.href or (self.href != "/" and path.startswith(self.href + "/"))


@dataclass(frozen=True)
class Column:
    """A column of a table; with `href` its header is a link that sorts. One that is `wide_only` is
    left out on a phone, and its cells have that class."""

    label: str
    width: Width | None = None
    href: str | None = None
    sorted: Sorted | None = None
    kind: Literal["text", "number", "center", "check"] = "text"
    hidden_label: bool = False
    wide_only: bool = False


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


def initials(name: str) -> str:
    """Two letters of a name; one when there is one word; ? when there is none."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "?"
    ends: Sequence[str] = words if len(words) == 1 else (words[0], words[-1])
    return "".join(word[0] for word in ends).upper()
