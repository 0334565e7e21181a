"""Under which keys a person is filed: only those who share one are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from nimbus.duplicates.levels import spelt
from nimbus.duplicates.person import Person
from nimbus.duplicates.spelling import formal_names, sound

# More people under one key than that are not one person: a name of millions, a switchboard.
MOST = 40
# Al is short for a dozen names; a company or a phone finds the rest.
MOST_FORMAL = 3


def keys(one: Person) -> frozenset[int]:
    """The keys as numbers of 64 bits."""
    return frozenset(map(_number, _written(one)))


def name_keys(one: Person) -> frozenset[int]:
    """Those of the name alone, with the names that a nickname is short for."""
    return frozenset(map(_number, _full_names(one)))


def sound_keys(one: Person) -> frozenset[int]:
    return frozenset(map(_number, _sounds(one)))


def _number(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)


def _written(one: Person) -> Iterator[str]:
    """Whoever has a whole name is found by it, alone or at a company; whoever has half of one, by
    it together with something else."""
    yield from _full_names(one)
    yield from _sounds(one)
    if one.box.host:
        yield f"mailbox {one.box.local}@{one.box.host}"
        if one.born or not spelt(one):
            yield f"local {one.box.local}"
    yield from (f"phone {phone}" for phone in one.phones)
    yield from (f"profile {handle}" for handle in one.handles)
    words = {word for word in (one.given, one.family) if word}
    for word in words:
        yield from (f"firm {firm} {sound(word)}" for firm in _places_of_work(one))
    if one.born or not (one.given and one.family):
        yield from (f"city {one.city} {word}" for word in words if one.city)
        if one.box.host:
            yield f"host {one.box.host}"
    if one.born:
        yield from _born(one, words)
    if one.lines or one.postcode or one.house:
        yield from _addressed(one, words)


def _full_names(one: Person) -> Iterator[str]:
    """With the given name as it is, and as what it may be short for."""
    if one.given and one.family:
        formal = formal_names(one.given) - {one.given}
        for given in (one.given, *sorted(formal)[:MOST_FORMAL]):
            yield "name " + " ".join(sorted((given, one.family)))


def _sounds(one: Person) -> Iterator[str]:
    if one.given and one.family:
        yield "sound " + " ".join(sorted((sound(one.given), sound(one.family))))


def _places_of_work(one: Person) -> Iterable[str]:
    """By the domain, where there is one: it says the same as the company's id."""
    return {firm for firm in one.firms if "." in firm} or one.firms


def _born(one: Person, words: Iterable[str]) -> Iterator[str]:
    year, day = one.born[:4], one.born[4:]
    yield f"date {one.born}"
    yield f"age {year} {one.city[:4]} {one.box.local[:2]}"
    yield f"birthday {day[:2]} {one.box.local[:3]}"
    for word in words:
        yield f"born {one.born[:6]} {sound(word)}"
        yield f"day {day} {word[:2]}"
        yield f"year {year} {word[:3]}"
        yield f"town {one.city[:3]} {word[:3]}"


def _addressed(one: Person, words: Iterable[str]) -> Iterator[str]:
    yield from (f"line {line}" for line in one.lines)
    for at in filter(None, (one.postcode, one.city)):
        if one.house:
            yield f"house {one.house} {at}"
        yield from (f"near {at} {word[:3]}" for word in words)
    if one.postcode and one.city:
        yield f"place {one.postcode} {one.city[:4]}"
