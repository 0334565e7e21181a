"""How alike two spellings are, and how a word sounds."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from nicknames import NickNamer
from rapidfuzz.distance import OSA, JaroWinkler

Alike = Literal["same", "near", "alike", "other"]

# From here on two words begin alike enough to be one that was written carelessly.
BEGINS_ALIKE = 0.88
# Fewer letters are the same by chance.
_LONG = 6

_CODES = {
    letter: code
    for code, letters in zip(
        "123456", ("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), strict=True
    )
    for letter in letters
}  # fmt: skip


@lru_cache(maxsize=2**18)
def alike(one: str, other: str) -> Alike:
    """`near` is one slip of the hand (two in a long word), `alike` up to a third of the letters,
    counted as Levenshtein does, with letters that changed places as one."""
    if one == other:
        return "same"
    longest = max(len(one), len(other))
    most = max(1, longest // 3)
    slips = OSA.distance(one, other, score_cutoff=most)
    if slips > most:
        return "other"
    if (slips == 1 and longest >= 3) or (slips == 2 and longest >= _LONG):
        return "near"
    return "alike" if longest >= 4 else "other"


def begins_alike(one: str, other: str) -> bool:
    return JaroWinkler.similarity(one, other, score_cutoff=BEGINS_ALIKE) > 0


@lru_cache(maxsize=2**16)
def sound(word: str) -> str:
    """The American Soundex of a word: Smith and Smyth are S530. Other alphabets are taken as they
    are."""
    if not word:
        return ""
    sounds, last = word[0], _CODES.get(word[0])
    for letter in word[1:]:
        code = _CODES.get(letter)
        if code and code != last:
            sounds += code
        if letter not in "hw":
            last = code
    return (sounds + "000")[:4]


@lru_cache(maxsize=2**16)
def formal_names(given: str) -> frozenset[str]:
    """The name and those that it may be short for: Bob is bob and robert."""
    return frozenset({given} | _names().canonicals_of(given))


@cache
def _names() -> NickNamer:
    return NickNamer()
