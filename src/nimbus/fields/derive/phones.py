"""A phone number's E.164 form, for matching and dialling; the raw number is kept beside it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, ValidationResult
from phonenumbers.phonemetadata import PhoneMetadata

_PLAIN = re.compile(r"\+[1-9]\d{6,14}\Z", re.ASCII)


def e164(raw: str | None, country: str | None = None) -> str | None:
    """`+14155550100`, or None when the digits cannot be a full number.

    `country` (ISO-2) reads numbers without a calling code.
    """
    if not raw:
        return None
    if _PLAIN.match(raw) and _is_canonical(raw):
        return raw
    return _parse(raw, country)


def _is_canonical(number: str) -> bool:
    """A number in international form that parsing would return unchanged."""
    for size in (1, 2, 3):
        rule = _rules().get(int(number[1 : size + 1]))
        if rule:
            lengths, prefix = rule
            national = number[size + 1 :]
            return len(national) in lengths and not (prefix and prefix.match(national))
    return False


@lru_cache(maxsize=2**16)
def _parse(raw: str, country: str | None) -> str | None:
    text = raw.strip()
    if text.startswith("00"):
        text = f"+{text[2:]}"
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    # Numbers that can only be dialled locally count as possible elsewhere in the library.
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def _rules() -> dict[int, tuple[frozenset[int], re.Pattern[str] | None]]:
    """By calling code: the lengths of its national numbers, and what is stripped before them."""
    rules: dict[int, tuple[frozenset[int], re.Pattern[str] | None]] = {}
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        about = PhoneMetadata.metadata_for_region(regions[0], None)
        if about is None or about.general_desc is None:
            continue
        strip = about.national_prefix_for_parsing
        # Leading zeros may belong to the number (Italy) or not; parsing knows.
        prefix = re.compile(f"0|(?:{strip})" if strip else "0")
        rules[code] = (frozenset(about.general_desc.possible_length), prefix)
    return rules
