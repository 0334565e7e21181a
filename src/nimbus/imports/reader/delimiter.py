"""The four signs that part columns, and how people name them (S1-06)."""

from __future__ import annotations

from nimbus.problems import invalid

NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
DELIMITERS = tuple(NAMES)
_SIGNS = {name: sign for sign, name in NAMES.items()} | {"\\t": "\t"}


def delimiter_of(text: str | None) -> str | None:
    """The delimiter that somebody typed, as the sign or the word; None when blank.

    Raises Problem that names the choices.
    """
    if not text:
        return None
    if text in NAMES:
        return text
    typed = text.strip().lower()
    if found := typed if typed in NAMES else _SIGNS.get(typed):
        return found
    shown = "".join(sign if sign.isprintable() else "?" for sign in text[:20])
    raise invalid(
        f"“{shown}” is no delimiter that can be read. Give comma or , – semicolon or ; – pipe or | "
        "– tab or \\t – or leave it out to have it found.", "delimiter",
    )  # fmt: skip
