"""A day, in ISO form, with dots, slashes or month names; a column says whether days come first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from babel.dates import get_month_names

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import LONGEST_VALUE, Cell, clean, fold, is_blank, short

_YEARS = range(1900, 2101)
_TIME = (
    r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)? ?(?:[ap]\.?m\.?)?"
    r"(?: ?(?:Z|UTC|GMT)|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}\Z", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_TRIPLE = re.compile(
    rf"(\d{{1,2}})\s?([-/.])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}|\d{{2}}){_TIME}\Z", re.IGNORECASE
)
_ENDING = re.compile(rf"{_TIME}\Z", re.IGNORECASE)
_FILLER_WORDS = "de del do of the den le el il st nd rd th er o a e"
_FILLERS = frozenset(_FILLER_WORDS.split())
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")


@dataclass(frozen=True, slots=True)
class DateType(Cell):
    """`day_first` tells how 1/2/2026 is meant; with None only dates of one meaning are read."""

    day_first: bool | None = None
    key: str = "date"
    sql: str = "date"
    kind: str = "date"

    def parse(self, raw: str) -> date | None:
        return _read(raw, self.day_first)

    def parse_json(self, value: Any) -> date | None:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        parsed: date | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: date | None) -> str:
        return "" if value is None else value.isoformat()

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "date"}


def guess_day_first(samples: Iterable[str]) -> bool | None:
    """How a column means 1/2/2026, by the dates in it that can only be read one way."""
    day, month, dots = 0, 0, 0
    for raw in samples:
        if parts := _TRIPLE.match(clean(raw)):
            first, second = int(parts[1]), int(parts[3])
            day += first > 12 >= second
            month += second > 12 >= first
            dots += parts[2] == "."
    if day != month:
        return day > month
    return True if dots and not day else None


def count_unreadable(samples: Iterable[str], day_first: bool | None) -> int:
    """How many of the samples are no date when read that way."""
    bad = 0
    for raw in samples:
        try:
            _read(raw, day_first)
        except Invalid:
            bad += 1
    return bad


@lru_cache(maxsize=2**16)
def _read(raw: str, day_first: bool | None) -> date | None:
    text = clean(raw)
    if is_blank(text):
        return None
    if len(text) > LONGEST_VALUE:
        raise Invalid(f"{short(text)} is not a date; write it as YYYY-MM-DD.")
    if iso := _ISO.match(text):
        return _day(int(iso[1]), int(iso[3]), int(iso[4]), text)
    if compact := _COMPACT.match(text):
        return _day(int(compact[1]), int(compact[2]), int(compact[3]), text)
    if triple := _TRIPLE.match(text):
        return _read_triple(triple, day_first, text)
    if text.isdigit():
        raise Invalid(f"{short(text)} is not a date; a spreadsheet's serial number is not read.")
    return _read_words(text)


def _read_triple(parts: re.Match[str], day_first: bool | None, text: str) -> date:
    first, second, year = int(parts[1]), int(parts[3]), _year(parts[4])
    if day_first is None and parts[2] == ".":
        day_first = True
    if day_first is None and first != second:
        if first <= 12 and second <= 12:
            raise Invalid(f"{short(text)} can be read in two ways; write it as YYYY-MM-DD.")
        day_first = first > 12
    day, month = (first, second) if day_first else (second, first)
    return _day(year, month, day, text)


def _read_words(text: str) -> date:
    """Dates with the month's name: 1. Februar 2026, Feb 1st, 2026, 1 de febrero de 2026."""
    numbers, months = [], []
    for token in re.findall(r"\d+|[^\W\d_]+", _ENDING.sub("", text)):
        word = fold(token)
        if token.isdigit():
            numbers.append(token)
        elif word in _months():
            months.append(_months()[word])
        elif word not in _FILLERS:
            raise Invalid(f"{short(text)} is not a date; write it as YYYY-MM-DD.")
    if len(numbers) != 2 or len(months) != 1:
        raise Invalid(f"{short(text)} is not a full date; write it as YYYY-MM-DD.")
    day, year = reversed(numbers) if len(numbers[0]) == 4 else numbers
    if len(day) > 2 or len(year) not in (2, 4):
        raise Invalid(f"{short(text)} is not a date; write it as YYYY-MM-DD.")
    return _day(_year(year), months[0], int(day), text)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year > 68 else 2000)


def _day(year: int, month: int, day: int, text: str) -> date:
    if year not in _YEARS:
        raise Invalid(f"{short(text)} is outside the years 1900 to 2100.")
    try:
        return date(year, month, day)
    except ValueError:
        raise Invalid(f"{short(text)} is not a day of the calendar.") from None


@cache
def _months() -> dict[str, int]:
    """Month names and their short forms, and weekdays' are no months: those are refused."""
    names: dict[str, int] = {"sept": 9, "maerz": 3, "mrz": 3}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names.setdefault(fold(name), number)
    return names


DATE = DateType()
