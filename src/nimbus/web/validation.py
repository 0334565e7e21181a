"""What pydantic finds wrong with a value, in words that say what to send instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nimbus.web.values import NO_NUL, SEEN

Context = Mapping[str, Any]

OBJECT, LIST, TEXT = "Send an object", "Send a list", "Send a text"
WHOLE_NUMBER, NUMBER, YES_NO = "Send a whole number", "Send a number", "Send true or false"
TIME = "Send a time, such as 2026-04-01T12:00:00Z"
UNKNOWN = "There is no such member here"

_WORDS: dict[str, str] = {
    "model_type": OBJECT, "model_attributes_type": OBJECT, "dataclass_type": OBJECT,
    "dict_type": OBJECT, "list_type": LIST, "string_type": TEXT, "int_type": WHOLE_NUMBER,
    "int_parsing": WHOLE_NUMBER, "int_from_float": WHOLE_NUMBER, "float_type": NUMBER,
    "float_parsing": NUMBER, "finite_number": NUMBER, "bool_type": YES_NO, "bool_parsing": YES_NO,
    "datetime_type": TIME, "datetime_parsing": TIME, "datetime_from_date_parsing": TIME,
    "extra_forbidden": UNKNOWN, "unexpected_keyword_argument": UNKNOWN,
    "missing": "The request needs a body: send JSON",
}  # fmt: skip


def _length(words: str) -> Callable[[Context], str]:
    return lambda told: words.format(
        **{name: f"{told[name]:,}" for name in ("min_length", "max_length") if name in told}
    )


def _too_long(told: Context) -> str:
    words = f"At most {told['max_length']:,} are taken"
    # Members of an object are not counted to their end.
    counted = told.get("actual_length")
    return words if counted is None else f"{words}, and these are {counted:,}"


def _pattern(told: Context) -> str:
    known = {SEEN: "A text is needed", NO_NUL: "It has a sign that no text has: leave out %00"}
    return known.get(told["pattern"], f"It must match {told['pattern']}")


def _one_of(told: Context) -> str:
    return f"Send one of {told['expected']}".replace("'", "")


_MORE: dict[str, Callable[[Context], str]] = {
    "too_long": _too_long,
    "too_short": _length("At least {min_length} is needed"),
    "string_too_long": _length("At most {max_length} characters fit"),
    "string_too_short": _length("At least {min_length} character is needed"),
    "greater_than_equal": lambda told: f"It must be at least {told['ge']:,}",
    "greater_than": lambda told: f"It must be more than {told['gt']:,}",
    "less_than_equal": lambda told: f"It must be at most {told['le']:,}",
    "less_than": lambda told: f"It must be less than {told['lt']:,}",
    "string_pattern_mismatch": _pattern,
    "literal_error": _one_of,
    "enum": _one_of,
}


def words_of(error: Mapping[str, Any]) -> str:
    """One of the `errors()` of a ValidationError, without the stop at its end; pydantic's own words
    where we have none, such as those of our own validators."""
    if more := _MORE.get(error["type"]):
        return more(error["ctx"])
    return _WORDS.get(error["type"], str(error["msg"]))
