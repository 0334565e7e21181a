"""What a job title says about seniority and department, by the rules in `title_rules` (S3-06)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nimbus.fields.derive.title_rules import (
    DEPARTMENT_RULES,
    DEPARTMENTS,
    NO_SENIORITY,
    SENIORITIES,
    SENIORITY_RULES,
)
from nimbus.fields.types.cell import fold

__all__ = ["DEPARTMENTS", "SENIORITIES", "department_slug", "seniority_slug", "title_rank"]


@lru_cache(maxsize=2**16)
def title_rank(title: str) -> tuple[str | None, str | None]:
    """Seniority and department: "VP Marketing" → ("vp", "marketing")."""
    words = fold(title)
    seniority = _first(_seniorities(), _without_lookalikes(words))
    department = _first(_departments(), words)
    if department is None and seniority in ("c_level", "founder"):
        department = "executive"
    return seniority, department


@lru_cache(maxsize=2**14)
def seniority_slug(text: str) -> str | None:
    """The slug of a seniority column's value; unknown words become a slug of their own."""
    return _slug(text, SENIORITIES, _seniorities())


@lru_cache(maxsize=2**14)
def department_slug(text: str) -> str | None:
    """The slug of a department column's value; unknown words become a slug of their own."""
    return _slug(text, DEPARTMENTS, _departments())


def _slug(text: str, known: dict[str, str], rules: Rules) -> str | None:
    words = fold(text)
    slug = words.replace(" ", "_")
    if slug in known:
        return slug
    return _first(rules, words) or slug or None


Rules = tuple[tuple[re.Pattern[str], str], ...]


def _first(rules: Rules, words: str) -> str | None:
    return next((slug for pattern, slug in rules if pattern.search(words)), None)


def _without_lookalikes(words: str) -> str:
    return _lookalikes().sub(" ", words)


@cache
def _seniorities() -> Rules:
    return tuple((_pattern(phrases), slug) for slug, phrases in SENIORITY_RULES)


@cache
def _departments() -> Rules:
    return tuple((_pattern(phrases), slug) for slug, phrases in DEPARTMENT_RULES)


@cache
def _lookalikes() -> re.Pattern[str]:
    return _pattern(NO_SENIORITY)


def _pattern(phrases: str) -> re.Pattern[str]:
    """One expression for phrases parted by commas; a star stands for any more letters."""
    parts = (phrase.strip() for phrase in phrases.split(",") if phrase.strip())
    return re.compile(r"\b(?:" + "|".join(_expression(part) for part in parts) + r")\b")


def _expression(phrase: str) -> str:
    if " * " in phrase:
        return ".*".join(fold(part) for part in phrase.split("*"))
    start = r"\w*" if phrase.startswith("*") else ""
    end = r"\w*" if phrase.endswith("*") else ""
    return start + fold(phrase) + end
