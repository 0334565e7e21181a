"""The operators: each is one row of key, words for people, kinds, shape of its value, and meaning.

The same key may have a second row for other kinds (`gt` of a date "is after"); (S3-39).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from nimbus.filters.predicates import Blank, Compared, HasAll, Like, OneOf, Predicate

Shape = Literal["one", "many", "none", "range", "days", "text"]

NUMBER = frozenset({"number"})
DATES = frozenset({"date", "datetime"})
ORDERED = NUMBER | DATES
BOOLEAN = frozenset({"boolean"})
TEXTUAL = frozenset({"text", "choice"})
LISTED = TEXTUAL | ORDERED | {"reference"}
SINGLE = LISTED | BOOLEAN
CHOICES = frozenset({"choices"})
MEMBER = frozenset({"membership"})


@dataclass(frozen=True, slots=True)
class Operator:
    """One row. `words` has a `{}` per value to show; `predicate` makes, of the value and the time,
    what is asked; a negated row matches exactly what its predicate does not, blanks included."""

    key: str
    words: str
    kinds: frozenset[str]
    shape: Shape
    predicate: Callable[[Any, Any], Predicate]
    negated: bool = False
    joined_by: str = "or"


def _is(value: Any, now: Any) -> Predicate:
    return OneOf((value,))


def _in(values: Any, now: Any) -> Predicate:
    return OneOf(values)


def _blank(value: Any, now: Any) -> Predicate:
    return Blank()


def _compared(sign: str) -> Callable[[Any, Any], Predicate]:
    return lambda value, now: Compared(((sign, value),))


def _between(value: Any, now: Any) -> Predicate:
    low, high = value
    return Compared(((">=", low), ("<=", high)))


def _within_last(days: Any, now: Any) -> Predicate:
    return Compared(((">=", now - timedelta(days=days)), ("<=", now)))


def _within_next(days: Any, now: Any) -> Predicate:
    return Compared(((">=", _today(now)), ("<=", now + timedelta(days=days))))


def _today(now: Any) -> Any:
    """Of a moment the beginning of its day in UTC, as which a bare day is kept: what is due today
    is so all day long."""
    if not isinstance(now, datetime):
        return now
    return datetime.combine(now.astimezone(UTC), time(), UTC)


def _before_last(days: Any, now: Any) -> Predicate:
    return Compared((("<", now - timedelta(days=days)),))


OPERATORS = (
    Operator("eq", "is {}", SINGLE, "one", _is),
    Operator("eq", "has {}", CHOICES, "one", _is),
    Operator("eq", "is {}", MEMBER, "one", _is),
    Operator("ne", "is not {}", MEMBER, "one", _is, negated=True),
    Operator("ne", "is not {}", SINGLE, "one", _is, negated=True),
    Operator("ne", "does not have {}", CHOICES, "one", _is, negated=True),
    Operator("gt", "is more than {}", NUMBER, "one", _compared(">")),
    Operator("gt", "is after {}", DATES, "one", _compared(">")),
    Operator("gte", "is at least {}", NUMBER, "one", _compared(">=")),
    Operator("gte", "is on or after {}", DATES, "one", _compared(">=")),
    Operator("lt", "is less than {}", NUMBER, "one", _compared("<")),
    Operator("lt", "is before {}", DATES, "one", _compared("<")),
    Operator("lte", "is at most {}", NUMBER, "one", _compared("<=")),
    Operator("lte", "is on or before {}", DATES, "one", _compared("<=")),
    Operator("between", "is between {} and {}", ORDERED, "range", _between),
    Operator("within_last", "is within the last {} days", DATES, "days", _within_last),
    Operator("before_last", "is more than {} days ago", DATES, "days", _before_last),
    Operator("within_next", "is within the next {} days", DATES, "days", _within_next),
    Operator("in", "is {}", LISTED, "many", _in),
    Operator("in", "has {}", CHOICES, "many", _in),
    Operator("in", "is {}", MEMBER, "many", _in),
    Operator("not_in", "is not {}", LISTED, "many", _in, negated=True),
    Operator("not_in", "does not have {}", CHOICES, "many", _in, negated=True),
    Operator("not_in", "is not {}", MEMBER, "many", _in, negated=True),
    Operator(
        "has_all", "has {}", CHOICES, "many", lambda values, now: HasAll(values), joined_by="and"
    ),
    Operator("contains", "contains {}", TEXTUAL, "text", lambda text, now: Like(text, True, True)),
    Operator("contains", "has {}", CHOICES, "one", _is),
    Operator(
        "starts_with", "starts with {}", TEXTUAL, "text", lambda text, now: Like(text, after=True)
    ),
    Operator(
        "ends_with", "ends with {}", TEXTUAL, "text", lambda text, now: Like(text, before=True)
    ),
    Operator("is_true", "is true", BOOLEAN, "none", lambda value, now: OneOf((True,))),
    Operator("is_false", "is false", BOOLEAN, "none", lambda value, now: OneOf((False,))),
    Operator("is_empty", "is empty", SINGLE | CHOICES, "none", _blank),
    Operator("is_not_empty", "is not empty", SINGLE | CHOICES, "none", _blank, negated=True),
)

_ROWS = {(row.key, kind): row for row in OPERATORS for kind in row.kinds}
KEYS = frozenset(row.key for row in OPERATORS)


def operators_for(kind: str) -> tuple[Operator, ...]:
    """What can be asked of a field of this kind, in the order people read it."""
    return tuple(row for row in OPERATORS if kind in row.kinds)


def operator(key: str, kind: str) -> Operator | None:
    return _ROWS.get((key, kind))
