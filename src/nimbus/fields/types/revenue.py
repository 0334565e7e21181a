"""A band of yearly revenue, read from its slug, from an amount or from a range (S3-12)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short

_M, _B = 10**6, 10**9
# Where each band starts, with its slug and label.
_BANDS = (
    (0, "0_1M", "Under 1M"),
    (1 * _M, "1M_10M", "1M–10M"),
    (10 * _M, "10M_25M", "10M–25M"),
    (25 * _M, "25M_50M", "25M–50M"),
    (50 * _M, "50M_100M", "50M–100M"),
    (100 * _M, "100M_250M", "100M–250M"),
    (250 * _M, "250M_500M", "250M–500M"),
    (500 * _M, "500M_1B", "500M–1B"),
    (1 * _B, "1B_PLUS", "1B and more"),
)
REVENUE_BANDS = {slug: label for _, slug, label in _BANDS}
_STARTS = [start for start, _, _ in _BANDS]
_UNITS = (
    (r"mil millones|mil milhões|mrd|billions?|bn|b|milliarden?|milliards?|miliard[oi]|miljard", _B),
    (r"mm|mn|mio|millions?|millionen|millones|milhões|milhao|milion[ie]|miljoen|m", _M),
    (r"k|tsd|thousand|tausend", 1_000),
)
_AMOUNT = re.compile(
    r"(\d[\d.,'’\u00a0\u202f]*)\s*("
    + "|".join(f"(?:{words})" for words, _ in _UNITS)
    + r")?(?![a-z])"
)
_BELOW = re.compile(r"^\s*(<|≤|under|less than|below|up to|bis|unter|moins|menos)")


@dataclass(frozen=True, slots=True)
class Revenue(Cell):
    key: str = "revenue_band"
    sql: str = "text"
    kind: str = "choice"

    @property
    def labels(self) -> dict[str, str]:
        return REVENUE_BANDS

    def parse(self, raw: str) -> str | None:
        return raw if raw in REVENUE_BANDS else _read(raw)

    def parse_json(self, value: Any) -> str | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _band(value)
        parsed: str | None = Cell.parse_json(self, value)
        return parsed

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "enum": [*REVENUE_BANDS, None]}


@lru_cache(maxsize=2**14)
def _read(raw: str) -> str | None:
    """A range counts as the band in which it starts."""
    text = clean(raw)
    if is_blank(text):
        return None
    if (slug := re.sub(r"\s", "", text).upper()) in REVENUE_BANDS:
        return slug
    low = text.lower().replace("_", "-")
    amounts = _AMOUNT.findall(low)
    if not amounts or len(amounts) > 2 or re.match(r"-", low):
        raise Invalid(f"{short(text)} is not a revenue; write an amount such as 30M.")
    digits, unit = amounts[0][0], amounts[0][1] or amounts[-1][1]
    amount = _number(digits, bool(unit)) * _factor(unit)
    return _band(amount - 1 if _BELOW.match(low) and amount else amount)


def _number(digits: str, has_unit: bool) -> float:
    """Before a unit the last mark is a decimal one (1.5M); in a full amount it parts thousands."""
    parts = re.split(r"\D+", digits.strip(".,'’\u00a0\u202f"))
    if len(parts) > 1 and (len(parts[-1]) != 3 or (has_unit and len(parts) == 2)):
        return float("".join(parts[:-1]) + "." + parts[-1])
    return float("".join(parts))


def _factor(unit: str) -> int:
    return next((f for words, f in _UNITS if unit and re.fullmatch(words, unit)), 1)


def _band(amount: float) -> str:
    if amount < 0:
        raise Invalid("A revenue cannot be negative.")
    return _BANDS[bisect_right(_STARTS, amount) - 1][1]


REVENUE = Revenue()
