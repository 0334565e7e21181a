"""The form of a company's name in which two spellings of it are equal (S1-20)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from cleanco.clean import prepare_default_terms  # type: ignore[import-untyped]

from nimbus.fields.types.cell import fold

# cleanco's list holds these words, but they part companies from each other.
_MEANINGFUL = frozenset({("group",), ("holding",), ("holdings",), ("international",)})
_LONGEST = 5


@lru_cache(maxsize=2**16)
def company_name_key(name: str) -> str:
    """Lower case, no accents, no legal form: "ACME Müller GmbH & Co. KG" → "acme muller"."""
    words = fold(re.sub(r"(?<=\w)[.'’](?=\w|\s|$)", "", name.replace("&", " and "))).split()
    kept = _without_form(words)
    return " ".join(kept or words)


def _without_form(words: list[str]) -> list[str]:
    """The words without the legal forms at their end, however many there are."""
    while words:
        sizes = range(min(_LONGEST, len(words)), 0, -1)
        size = next((n for n in sizes if tuple(words[-n:]) in _legal_forms()), 0)
        if not size:
            return words
        words = words[:-size]
        if words and words[-1] == "and":
            words = words[:-1]
    return words


@cache
def _legal_forms() -> frozenset[tuple[str, ...]]:
    forms = {tuple(fold(" ".join(parts)).split()) for _, parts in prepare_default_terms()}
    return frozenset(forms) - _MEANINGFUL - {()}
