"""What a raw cell is before any type reads it: cleaned text, or nothing at all."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from nimbus.fields.field import Invalid

# PostgreSQL cannot store NUL and UTF-8 cannot carry lone surrogates; the other controls and the
# bidirectional overrides only ever make a value look like a different one.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE = re.compile(r"[\t\r\n\x85\u2028\u2029]+")
_TEXT_BLANKS = frozenset({"", "NULL", "#N/A"})
# No number and no date is longer; to look through a longer text for one takes the square of its
# length, and Python makes no number of more than 4,300 digits.
LONGEST_VALUE = 80
_BLANKS = frozenset(
    {"", "-", "--", "—", "–", "n/a", "n.a.", "null", "none", "nil", "nan", "(none)", "(blank)"}
    | {"#n/a", "#null!", "#ref!", "#value!", "#name?", "#div/0!"}
)


def clean(raw: str) -> str:
    """One line of text: composed (NFC), no control characters, no outer white space."""
    if raw.isprintable() and (raw.isascii() or unicodedata.is_normalized("NFC", raw)):
        return raw.strip()
    return _LINE.sub(" ", clean_lines(raw))


def clean_lines(raw: str) -> str:
    """The same for text of many lines."""
    text = _UNWANTED.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text).strip()


def is_blank_text(text: str) -> bool:
    """Free text is blank only when surely so: "Null" is a surname, "-" may be meant."""
    return text in _TEXT_BLANKS


def is_blank(text: str) -> bool:
    """Cells in which other programs say that there is nothing."""
    return not text or (len(text) < 9 and text.lower() in _BLANKS)


def fold(text: str) -> str:
    """The form in which words are compared: no case, no accents, only letters and digits."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
        text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


def short(text: str) -> str:
    """A quoted piece of a value, for messages."""
    return f"“{text[:40]}…”" if len(text) > 41 else f"“{text}”"


# What a JSON schema calls a value, and people do.
_WANTED = {
    "string": "a text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "array": "a list of texts",
}  # fmt: skip


def _type_of(schema: dict[str, Any]) -> str:
    type: str | list[str] = schema["type"]
    return type if isinstance(type, str) else type[0]


def told(value: Any) -> str:
    """A value of JSON that is no text, for messages."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return json.dumps(value)[:40]


def refuse_no_number(value: Any) -> None:
    """In a file "n/a" is a blank cell. A program has null for that, and where it sends a text like
    "NaN" its sum went wrong: that must not clear what is there."""
    if isinstance(value, str) and (text := clean(value)) and is_blank(text):
        raise Invalid(f"{short(text)} is not a number; send null where there is none.")


class Cell:
    """What most types share: JSON strings are read like cells, values are shown by `str`."""

    __slots__ = ()

    def parse(self, raw: str) -> Any:
        raise NotImplementedError

    def parse_json(self, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, str):
            return self.parse(value)
        raise Invalid(f"Send {_WANTED[_type_of(self.schema())]}, not {told(value)}.")

    def show(self, value: Any) -> str:
        return "" if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"]}
