"""An email address in the one form under which a person is known (D-18, S1-17)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, is_blank
from nimbus.fields.types.domain import FOR_TESTS

# A plain address for which email-validator is known to change nothing but the case; whatever
# carries two hyphens in a row (Punycode) or a reserved top-level name goes the long way.
_PLAIN = re.compile(
    r"(?!.*--)[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*@"
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion)\Z)[a-z]{2,63}\Z"
)
_PLAIN_LENGTH = 200
# Octets before the @ that a mail server takes (RFC 5321, 4.5.3.1.1).
_LOCAL_LENGTH = 64
_BRACKETS = re.compile(r"[^<>]*+<([^<>]*+)>\Z")
# Line breaks are left in place, so that they are refused: an address that carries one is broken.
_OUTER = " \t\u00a0\u200b\u202f\u3000\ufeff"

# The library's own way to have a name that it holds back.
for _name in FOR_TESTS:
    if _name in SPECIAL_USE_DOMAIN_NAMES:
        SPECIAL_USE_DOMAIN_NAMES.remove(_name)


@dataclass(frozen=True, slots=True)
class Email(Cell):
    key: str = "email"
    sql: str = "text"
    kind: str = "text"

    def parse(self, raw: str) -> str | None:
        low = raw.strip(_OUTER).lower()
        if len(low) <= _PLAIN_LENGTH and _PLAIN.match(low):
            return _short_enough(low)
        return _canonical(raw)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "email", "maxLength": 254}


@lru_cache(maxsize=2**16)
def _canonical(raw: str) -> str | None:
    text = unwrap(unicodedata.normalize("NFKC", raw.strip(_OUTER)))
    if is_blank(text):
        return None
    # Lower-casing can decompose a letter (İ), so the text is composed once more.
    text = unicodedata.normalize("NFKC", text.lower())
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError as e:
        raise Invalid(str(e)) from None
    return _short_enough(f"{found.local_part}@{found.ascii_domain}")


def _short_enough(email: str) -> str:
    local = email.rpartition("@")[0]
    if len(local.encode()) > _LOCAL_LENGTH:
        raise Invalid(f"Before the @-sign an address has at most {_LOCAL_LENGTH} characters.")
    return email


def unwrap(text: str) -> str:
    """The address out of `mailto:a@b.c?subject=x`, `<a@b.c>` and `Name <a@b.c>`."""
    if inside := _BRACKETS.match(text):
        text = inside[1].strip()
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    return text.strip(_OUTER)


EMAIL = Email()
