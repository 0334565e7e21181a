"""The name of a workspace, a client, a key or a person: one line that people can read. And the
email that somebody logs in with."""

from __future__ import annotations

import re
import unicodedata

from nimbus.problems import invalid

MOST = 100


def tidy(text: str, field: str, what: str) -> str:
    """The name without stray blanks. Raises Problem when it is empty, too long or not one line."""
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise invalid(f"Give the {what} a name.", field)
    if len(name) > MOST:
        raise invalid(f"The name of the {what} may have at most {MOST} characters.", field)
    # Control characters and lone surrogates; a NUL could not even be stored.
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in name):
        raise invalid(f"The name of the {what} contains characters that cannot be shown.", field)
    return name


def login_email(text: str, field: str) -> str:
    """As people are known by it. Raises Problem for what is no address."""
    email = text.strip().lower()
    if len(email) > 320 or not re.fullmatch(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+", email):
        raise invalid(f"{email[:100]!r} is not an email address.", field)
    return email
