"""The value of a leaf: read from JSON by its operator's shape and field's type, and given back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from nimbus.db import ids
from nimbus.fields.field import Field, Invalid
from nimbus.fields.types import Membership
from nimbus.filters.operators import Operator
from nimbus.problems import invalid

MAX_LIST = 1_000
MAX_TEXT = 1_000
MAX_DAYS = 36_500

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LAST_INSTANT = timedelta(days=1) - timedelta(microseconds=1)


def read(field: Field, op: Operator, raw: Any, path: str) -> Any:
    """The value in the operator's shape; refusals name `path` and what would be right."""
    match op.shape:
        case "none":
            return _none(op, raw, path)
        case "one":
            return _one(field, raw, path, to_end=op.key in ("gt", "lte"))
        case "text":
            return _text(raw, path)
        case "days":
            return _days(raw, path)
        case "range":
            return _range(field, raw, path)
        case "many":
            return _many(field, raw, path)


def refuse_unknown(type: Membership, op: Operator, value: Any, path: str) -> None:
    """Raises Problem in the same words for a set that is not there and one that is not ours."""
    for at, id in enumerate(value if op.shape == "many" else (value,)):
        if not type.known(id):
            where = f"{path}[{at}]" if op.shape == "many" else path
            raise invalid(f"There is no {ids.WORDS[type.prefix]} {type.show(id)} here.", where)


def given(field: Field, op: Operator, value: Any) -> Any:
    """The value as JSON, such that `read` gives it back."""
    if op.shape in ("many", "range"):
        return [plain(field, one) for one in value]
    return plain(field, value) if op.shape == "one" else value


def plain(field: Field, value: Any) -> Any:
    return value if isinstance(value, str | int | float) else field.type.show(value)


def is_day(field: Field, raw: Any) -> bool:
    """Whether a moment is named by its day alone: people who do so mean the whole day."""
    return (
        field.type.kind == "datetime"
        and isinstance(raw, str)
        and DAY.fullmatch(raw.strip()) is not None
    )


def has_day(field: Field, raw: Any) -> bool:
    """Whether it is such a day, or a list with one."""
    return any(is_day(field, one) for one in (raw if isinstance(raw, list) else [raw]))


def _none(op: Operator, raw: Any, path: str) -> None:
    if raw not in (None, True, "", "true"):
        raise invalid(f"“{op.key}” takes no value: leave it out, or send true.", path)


def _one(field: Field, raw: Any, path: str, *, to_end: bool = False) -> Any:
    if isinstance(raw, str):
        _storable(raw, path)
    value = _typed(field, raw, path)
    return value + LAST_INSTANT if to_end and is_day(field, raw) else value


def _typed(field: Field, raw: Any, path: str) -> Any:
    if isinstance(raw, list | dict):
        raise invalid("One value is needed here, not a list or an object.", path)
    several = field.type.kind == "choices"
    try:
        value = field.type.parse_json([raw] if several and raw is not None else raw)
    except Invalid as wrong:
        raise invalid(str(wrong), path) from None
    if value is None:
        raise invalid("A value is needed; to find blank ones use “is_empty”.", path)
    if several and len(value) != 1:
        raise invalid("One value is needed; several stand in a list, with “in”.", path)
    return value[0] if several else value


def _text(raw: Any, path: str) -> str:
    if not isinstance(raw, str) or not raw:
        raise invalid("A text is needed; to find blank values use “is_empty”.", path)
    if len(raw) > MAX_TEXT:
        raise invalid(f"At most {MAX_TEXT} characters can be searched for.", path)
    return _storable(raw, path)


def _storable(raw: str, path: str) -> str:
    """No text in PostgreSQL holds a NUL or half of a surrogate pair."""
    if "\0" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise invalid("The text contains a character that cannot be stored.", path)
    return raw


def _days(raw: Any, path: str) -> int:
    days = int(raw) if isinstance(raw, str) and re.fullmatch("[0-9]{1,5}", raw) else raw
    if type(days) is not int or not 1 <= days <= MAX_DAYS:
        raise invalid(f"A whole number of days from 1 to {MAX_DAYS} is needed.", path)
    return days


def _range(field: Field, raw: Any, path: str) -> tuple[Any, Any]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise invalid("Two values are needed: the lowest and the highest.", path)
    low = _one(field, raw[0], f"{path}[0]")
    high = _one(field, raw[1], f"{path}[1]", to_end=True)
    if low > high:
        raise invalid("The first value must not be greater than the second.", path)
    return low, high


def _many(field: Field, raw: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(raw, list) or not raw:
        raise invalid("A list of at least one value is needed.", path)
    if len(raw) > MAX_LIST:
        raise invalid(f"At most {MAX_LIST} values can be listed, these are {len(raw)}.", path)
    return tuple(_one(field, one, f"{path}[{i}]") for i, one in enumerate(raw))
