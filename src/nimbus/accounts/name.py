"""The name of a workspace, a client or a key: one line that people can read."""

from __future__ import annotations

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
