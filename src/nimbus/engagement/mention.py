"""Teammates who are mentioned in a note: `@Name` or `@email` (S2-29)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from nimbus.accounts.read import Member


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a note; `person` is whom it mentions."""

    text: str
    person: Member | None = None


def mentioned(body: str, people: Sequence[Member]) -> list[UUID]:
    """Whom a text mentions, each once, in the order of the text."""
    found = (piece.person.user_id for piece in pieces(body, people) if piece.person)
    return list(dict.fromkeys(found))


def pieces(
    body: str, people: Sequence[Member], among: Collection[UUID] | None = None
) -> Iterator[Piece]:
    """The text in stretches, those that mention somebody (of `among`, where it is given) by
    themselves. The longest name counts; a first name does where only one person has it."""
    names = _names(people)
    if not names:
        yield Piece(body)
        return
    longest = sorted(_written(people), key=len, reverse=True)
    pattern = re.compile(
        rf"(?<![\w@])@({'|'.join(map(re.escape, longest))})(?!\w|[.-]\w)", re.IGNORECASE
    )
    done = 0
    for match in pattern.finditer(body):
        # The pattern takes “İ” for “i”, which are two letters: such a name is nobody's.
        person = names.get(match[1].casefold())
        if person is None or (among is not None and person.user_id not in among):
            continue
        if match.start() > done:
            yield Piece(body[done : match.start()])
        yield Piece(match[0], person)
        done = match.end()
    if done < len(body):
        yield Piece(body[done:])


def _names(people: Sequence[Member]) -> dict[str, Member]:
    """What each person is called by, folded; a name of two people is nobody's."""
    called: dict[str, list[Member]] = {}
    for person in people:
        for name in {name.casefold() for name in _called(person)}:
            called.setdefault(name, []).append(person)
    return {name: who[0] for name, who in called.items() if len(who) == 1}


def _written(people: Sequence[Member]) -> set[str]:
    """The names to look for: as they are written and folded, for “ß” is also written “ss”."""
    names = {name for person in people for name in _called(person)}
    return names | {name.casefold() for name in names}


def _called(person: Member) -> list[str]:
    return [name for name in (person.email, person.name, *person.name.split()[:1]) if name]
