"""A number with decimals, in English and in German spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import LONGEST_VALUE, Cell, clean, is_blank, refuse_no_number, short

_AROUND = re.compile(r"[\s'’\u00a0\u202f$€£¥%]|(?:usd|eur|gbp|chf)", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?\Z", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*\Z")
_LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class Number(Cell):
    """Values are `int` when whole and `float` otherwise, as JSON has them."""

    key: str = "number"
    sql: str = "numeric"
    kind: str = "number"

    def parse(self, raw: str) -> int | float | None:
        return _read(raw)

    def parse_json(self, value: Any) -> int | float | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _within(value)
        refuse_no_number(value)
        parsed: int | float | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: int | float | None) -> str:
        return "" if value is None else repr(value)

    def schema(self) -> dict[str, Any]:
        return {"type": ["number", "null"]}


@lru_cache(maxsize=2**14)
def _read(raw: str) -> int | float | None:
    text = clean(raw)
    if is_blank(text):
        return None
    if len(text) > LONGEST_VALUE:
        raise Invalid(f"{short(text)} is not a number; write it like 1234.5.")
    digits = _AROUND.sub("", text)
    digits = f"-{digits[1:-1]}" if re.match(r"\(.*\)\Z", digits) else digits
    digits = _decimal_point(digits)
    if not _PLAIN.match(digits):
        raise Invalid(f"{short(text)} is not a number; write it like 1234.5.")
    return _within(float(digits) if re.search(r"[.e]", digits, re.IGNORECASE) else int(digits))


def _decimal_point(digits: str) -> str:
    """Only a point as decimal mark. The last of two marks is the decimal one; a comma before
    exactly three digits parts thousands, a point there only when there are several."""
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        mark, other = (",", ".") if comma > point else (".", ",")
        if digits.count(mark) == 1:
            return digits.replace(other, "").replace(mark, ".")
    elif _THOUSANDS.match(digits) and (comma >= 0 or digits.count(".") > 1):
        return re.sub(r"[.,]", "", digits)
    elif digits.count(",") == 1:
        return digits.replace(",", ".")
    return digits


def _within(number: int | float) -> int | float:
    if not abs(number) < _LARGEST:  # Neither is what is no number at all.
        raise Invalid("A number must be less than 1,000,000,000,000,000.")
    return int(number) if isinstance(number, float) and number.is_integer() else number


NUMBER = Number()
