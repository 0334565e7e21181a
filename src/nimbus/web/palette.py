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
    """What one can go to; `note` tells it from others of that name, and `also` is what else people
    call it."""

    label: str
    href: str
    icon: str
    note: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A group of what one can go to, for those who have the scope. `find` answers the best few for
    the words typed, and where none are typed the latest, or nothing. One that `leads` stands
    before the others when something in it is called what was typed, from its beginning."""

    label: str
    scope: str
    find: Callable[[Ask, str], Sequence[Found]]
    leads: bool = False


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
    first: list[Group] = []
    then: list[Group] = []
    for source in (one for one in _sources if ask.who.may(one.scope)):
        if found := source.find(ask, words)[:MOST]:
            leading = bool(words) and source.leads and is_called(words, found[0])
            (first if leading else then).append(Group(source.label, found))
    return first + then


def says(words: str, *texts: str) -> bool:
    """Whether every word typed is in one of the texts, in any case."""
    told = " ".join(texts).casefold()
    return all(word in told for word in words.casefold().split())


def begins(words: str, *texts: str) -> bool:
    """Whether with every word typed a word of the texts begins, in any case."""
    told = " ".join(texts).casefold().split()
    return all(any(one.startswith(word) for one in told) for word in words.casefold().split())


def is_called(words: str, found: Found) -> bool:
    """Whether one of its names begins with what was typed."""
    typed = words.casefold()
    return any(name.casefold().startswith(typed) for name in (found.label, *found.also))
