"""The command palette: what each room finds of what is typed; `rooms` says which there are and in
what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nimbus.web.route import Ask

# So many of each group: who wants more goes to the list.
MOST = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What one can go to; `note` tells it from others of that name."""

    label: str
    href: str
    icon: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A group of what one can go to, for those who have the scope. `find` answers the best few for
    the words typed, and where none are typed the latest, or nothing."""

    label: str
    scope: str
    find: Callable[[Ask, str], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    found: Sequence[Found]


_sources: list[Source] = []


def install(sources: Iterable[Source]) -> None:
    """What the rooms offer, in the order in which it is shown."""
    _sources[:] = sources


def groups(ask: Ask, words: str) -> list[Group]:
    """What is found of the words, group by group, those left out that found nothing."""
    made = (
        Group(one.label, one.find(ask, words)[:MOST]) for one in _sources if ask.who.may(one.scope)
    )
    return [group for group in made if group.found]


def says(words: str, *texts: str) -> bool:
    """Whether every word typed is in one of the texts, in any case."""
    told = " ".join(texts).casefold()
    return all(word in told for word in words.casefold().split())
