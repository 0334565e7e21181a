"""What the values of a column look like, whatever its header says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from nimbus.fields import Invalid
from nimbus.fields.types import COUNTRY, DATE

Look = Literal[
    "email", "linkedin", "linkedin_company", "url", "domain", "phone", "date", "number", "country"
]
# Possessive where a long cell could otherwise be tried again from every character.
_LOOKS: tuple[tuple[Look, str], ...] = (
    ("email", r"(?:.*<)?(?:mailto:)?[^\s@<>,;]++@[^\s@<>,;.]++\.[^\s@<>,;]{2,}+>?"),
    ("linkedin_company", r"(?:https?://)?(?:\w+\.)?linkedin\.com/(?:company|school|showcase)/\S+"),
    ("linkedin", r"(?:https?://)?(?:\w+\.)?linkedin\.com/(?:in|pub)/\S+"),
    ("url", r"https?://\S+|www\.[^\s.]++\.\S++"),
    ("domain", r"(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,24}"),
    # Digits alone may be any number; a phone shows itself by a plus, brackets or groups.
    ("phone", r"(?=(?:\D*\d){7,15}\D*\Z)(?:\+|\(|00|0\d+[ /-]|\d{2,4}[ .-]\d)[\d\s()./x-]*"),
)
_PATTERNS = tuple((look, re.compile(pattern, re.IGNORECASE)) for look, pattern in _LOOKS)
# No date and no name of a country is longer.
_LONGEST = 80
_NUMBER = re.compile(r"[-+]?[$€£]?\s?\d[\d.,\s]*%?")


def look_of(values: Sequence[str]) -> Look | None:
    """What at least 60 % of the non-blank values look like; None when they are just text."""
    if not values:
        return None
    # Many dates could be read as phone numbers, no phone number as a date.
    if share(values, _is_date) >= 0.6:
        return "date"
    for look, pattern in _PATTERNS:
        if share(values, pattern.fullmatch) >= 0.6:
            return look
    if share(values, _NUMBER.fullmatch) >= 0.6:
        return "number"
    # State codes are country codes too, so countries must be nearly all of a column.
    return "country" if share(values, _is_country) >= 0.9 else None


def share(values: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(value)) for value in values) / len(values)


def _is_date(value: str) -> bool:
    if len(value) > _LONGEST or not re.search(r"\d[-/. ]\w+[-/., ]", value):
        return False
    try:
        return DATE.parse(value) is not None
    except Invalid as refusal:
        return "two ways" in str(refusal)


def _is_country(value: str) -> bool:
    try:
        named = len(value) <= _LONGEST and value.strip()[:1].isalpha()
        return named and COUNTRY.parse(value) is not None
    except Invalid:
        return False
