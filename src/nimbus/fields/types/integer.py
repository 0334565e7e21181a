"""A whole number, read from the many ways in which sizes of companies are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import LONGEST_VALUE, Cell, clean, is_blank, refuse_no_number, short

_LARGEST = 2**31 - 1
_MONTH_WORDS = "jan feb mar|mär|mrz apr may|mai jun jul aug sep oct|okt nov dec|dez"
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_WORDS.split(), start=1)
    for name in names.split("|")
}
_MANGLED = re.compile(r"(?:(\d{1,2})[-. ]+)?([a-zä]{3})\.?(?:[- ]+(\d{1,2}))?\Z")
_NUMBER = re.compile(r"(\d{1,3}(?:([., '’\u00a0\u202f])\d{3})(?:\2\d{3})*|\d+)(?![\d])([.,]\d+)?")
_UNIT = re.compile(r"\s*(k|tsd|thousand|m|mio|million)\b\.?")
_AROUND = re.compile(
    r"(?:[\s~><=≥≤+.-]|ca|about|approx|over|up to|bis|to"
    r"|employees?|mitarbeiter|people|staff|empleados|employés)*\Z"
)


@dataclass(frozen=True, slots=True)
class Integer(Cell):
    key: str = "integer"
    least: int = 0
    most: int = _LARGEST
    sql: str = "integer"
    kind: str = "number"

    def parse(self, raw: str) -> int | None:
        if raw.isascii() and raw.isdigit() and len(raw) < 10:
            return self._within(int(raw))
        number = _read(raw)
        return None if number is None else self._within(number)

    def parse_json(self, value: Any) -> int | None:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._within(value)
        refuse_no_number(value)
        parsed: int | None = Cell.parse_json(self, value)
        return parsed

    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "null"], "minimum": self.least, "maximum": self.most}

    def _within(self, number: int) -> int:
        if not self.least <= number <= self.most:
            raise Invalid(f"{number:,} is not between {self.least:,} and {self.most:,}.")
        return number


@lru_cache(maxsize=2**14)
def _read(raw: str) -> int | None:
    """A range counts as its lower bound: "51-200" → 51, "10k" → 10,000, "500+" → 500."""
    text = clean(raw)
    if is_blank(text):
        return None
    if len(text) > LONGEST_VALUE:
        raise Invalid(f"{short(text)} is not a whole number.")
    low = text.lower()
    mangled = _MANGLED.match(low)
    if mangled and (mangled[1] or mangled[3]):
        return _unmangle(mangled, text)
    sign = -1 if re.match(r"-\d", low) else 1
    first = _NUMBER.search(low)
    if not first or not _AROUND.match(low[: first.start()]):
        raise Invalid(f"{short(text)} is not a whole number.")
    rest = low[first.end() :]
    unit = _UNIT.match(rest)
    second = _NUMBER.search(rest)
    if second and not unit:
        unit = _UNIT.match(rest[second.end() :])  # "1-5k" means thousands at both ends.
    factor = 1 if not unit else 1_000 if unit[1][0] in "kt" else 1_000_000
    tail = _AROUND.match(_UNIT.sub("", _NUMBER.sub("", rest, count=1)).strip(" -–—"))
    whole = int(re.sub(r"\D", "", first[1]))
    part = (first[3] or "")[1:].rstrip("0")
    amount = whole * factor + int(part or 0) * factor // int(f"1{len(part) * '0'}")
    if not tail or (part and factor == 1):
        raise Invalid(f"{short(text)} is not a whole number.")
    return sign * amount


def _unmangle(parts: re.Match[str], text: str) -> int:
    """Spreadsheets turn "1-10" into 10-Jan or 1-Oct and "11-50" into Nov-50: take the less."""
    month = _MONTHS.get(parts[2])
    if month is None or (parts[1] and parts[3]):
        raise Invalid(f"{short(text)} is not a whole number.")
    return min(month, int(parts[1] or parts[3]))


EMPLOYEE_COUNT = Integer()
COUNT = Integer()
