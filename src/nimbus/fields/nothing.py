"""What to tell of a text that says that there is nothing, as "NULL" does: it is read as a blank."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from nimbus.fields.field import Field, Invalid
from nimbus.fields.types.cell import clean, is_blank, short


def said_nothing(target: Field, path: str, value: Any) -> str | None:
    """The warning; None of an empty text, and of one that the field keeps."""
    if not isinstance(value, str) or not is_blank(text := clean(value)) or not text:
        return None
    with suppress(Invalid):
        if target.type.parse_json(value) is None:
            return f"{path}: {short(text)} says that there is nothing, and is left blank."
    return None
