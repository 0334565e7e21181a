"""A full name taken apart, and put together from its parts (D-21, S1-22, S1-23)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from nameparser import HumanName
from nameparser.config.suffixes import SUFFIX_ACRONYMS, SUFFIX_WORDS
from nameparser.config.titles import TITLES

_PLAIN_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?: [^\W\d_]+(?:['’-][^\W\d_]+)*)+\Z")
# The forms of address that count as one even before a single word; "King Lee" is a name.
_ADDRESS_WORDS = """
mr mrs ms miss mx dr prof professor doctor sir dame lord lady madam rev fr herr frau mag ing
monsieur madame mademoiselle mme mlle señor señora señorita sr sra srta don doña senhor senhora
signor signora signorina dott dottore dottoressa avv mevrouw meneer dhr mevr drs
"""
_ADDRESS = frozenset(_ADDRESS_WORDS.split())
_ENDINGS = frozenset(SUFFIX_ACRONYMS) | frozenset(SUFFIX_WORDS)
_SPECIAL_IN_TWO = _ADDRESS | _ENDINGS
_SPECIAL = frozenset(TITLES) | _SPECIAL_IN_TWO
_PREFIX = re.compile(
    r"(?:(?:" + "|".join(sorted(_ADDRESS, key=len, reverse=True)) + r")\b\.?\s+)+(?=\S)",
    re.IGNORECASE,
)


class Name(NamedTuple):
    prefix: str | None
    first: str | None
    last: str | None
    suffix: str | None


@lru_cache(maxsize=2**16)
def split_name(full: str) -> Name:
    """The first given name and all the rest, with titles and suffixes set apart.

    Plain words are split on the first space; everything else goes to the parser.
    """
    text = " ".join(full.split())
    if _PLAIN_WORDS.match(text):
        first, _, last = text.partition(" ")
        words = text.lower().split()
        special = _SPECIAL_IN_TWO if len(words) == 2 else _SPECIAL
        if special.isdisjoint(words):
            return Name(None, first, last, None)
    return _parse(text)


def join_name(first: str | None, last: str | None) -> str | None:
    return " ".join(part for part in (first, last) if part) or None


def _parse(text: str) -> Name:
    # The parser keeps what stands before the name as title; languages it does not know go first.
    prefix = _PREFIX.match(text)
    rest = text[prefix.end() :] if prefix else text
    found = HumanName(rest)
    before = " ".join(filter(None, (prefix[0].strip() if prefix else "", found.title)))
    last = " ".join(filter(None, (found.middle, found.last)))
    if prefix and found.first and not last:  # "Frau Meier" has no given name.
        return Name(before, None, found.first, found.suffix or None)
    return Name(before or None, found.first or None, last or None, found.suffix or None)
