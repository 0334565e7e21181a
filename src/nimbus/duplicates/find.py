"""The pairs among people who are at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from nimbus.duplicates.compare import Likeness, compare
from nimbus.duplicates.keys import MOST, keys, name_keys, sound_keys
from nimbus.duplicates.person import Person


@dataclass(frozen=True, slots=True)
class Found:
    """Two people who may be one."""

    one: Person
    other: Person
    likeness: Likeness


def find(people: Iterable[Person]) -> list[Found]:
    """Everybody who is there twice, each pair once: what `scan.py` does for a workspace."""
    blocks: dict[int, list[Person]] = defaultdict(list)
    for one in people:
        for key in keys(one):
            blocks[key].append(one)
    return in_blocks((key, block) for key, block in blocks.items() if 1 < len(block) <= MOST)


def in_blocks(
    blocks: Iterable[tuple[int, Sequence[Person]]], only: Container[Any] | None = None
) -> list[Found]:
    """The pairs that are worth a look among those who share a key, each pair once; with `only`
    those that one of these makes.

    What nothing speaks for but what many have in common is looked at under one key alone, that of
    the closest names, whose block says how many are called so.
    """
    compared: dict[tuple[Any, Any], Likeness | None] = {}
    found: dict[tuple[Any, Any], Found] = {}
    for key, block in blocks:
        for one, other in combinations(block, 2):
            if only is not None and one.id not in only and other.id not in only:
                continue
            pair = (one.id, other.id) if one.id < other.id else (other.id, one.id)
            if pair not in compared:
                compared[pair] = compare(one, other)
            likeness = compared[pair]
            if likeness is None or pair in found:
                continue
            if likeness.is_common and (closest := _closest(one, other)):
                if key != closest:
                    continue
                likeness = likeness.among(len(block))
            if likeness.verdict:
                found[pair] = Found(one, other, likeness)
    return list(found.values())


def _closest(one: Person, other: Person) -> int | None:
    shared = name_keys(one) & name_keys(other) or sound_keys(one) & sound_keys(other)
    return min(shared, default=None)
