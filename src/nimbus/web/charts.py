"""The arithmetic of the charts: shares and heights, pure; `charts.html` draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# How each final status of a row is shown everywhere: its word, colour and icon.
OUTCOMES: dict[str, tuple[str, str, str]] = {
    "imported": ("Imported", "green", "plus"),
    "updated": ("Updated", "blue", "refresh-cw"),
    "unchanged": ("Unchanged", "grey", "equal"),
    "skipped": ("Skipped", "amber", "skip-forward"),
    "suppressed": ("Suppressed", "violet", "shield-ban"),
    "errored": ("Errored", "red", "circle-x"),
}


@dataclass(frozen=True)
class Bar:
    """A piece of a chart: `start` and `length` are fractions of the axis."""

    label: str
    value: float
    length: float
    start: float = 0.0
    share: float = 0.0
    tone: str = "accent"
    icon: str | None = None
    href: str | None = None


def bars(
    rows: Iterable[tuple[str, float]], tones: Sequence[str] = (), hrefs: Sequence[str | None] = ()
) -> list[Bar]:
    """Horizontal bars, the longest filling its line."""
    rows = list(rows)
    most = max((value for _, value in rows), default=0) or 1
    total = sum(value for _, value in rows) or 1
    return [
        Bar(
            label,
            value,
            length=value / most,
            share=value / total,
            tone=tones[at % len(tones)] if tones else "accent",
            href=hrefs[at] if at < len(hrefs) else None,
        )
        for at, (label, value) in enumerate(rows)
    ]


def stack(
    rows: Iterable[tuple[str, float, str, str | None]], hrefs: Sequence[str | None] = ()
) -> list[Bar]:
    """Pieces (label, value, tone, icon) of one whole, laid end to end."""
    rows = list(rows)
    total = sum(value for _, value, _, _ in rows) or 1
    pieces: list[Bar] = []
    start = 0.0
    for at, (label, value, tone, icon) in enumerate(rows):
        share = value / total
        href = hrefs[at] if at < len(hrefs) else None
        pieces.append(Bar(label, value, share, start, share, tone, icon, href))
        start += share
    return pieces


def outcomes(counts: dict[str, int]) -> list[Bar]:
    """The outcomes of an import in their fixed order; absent ones count 0."""
    return stack(
        (label, counts.get(key, 0), tone, icon) for key, (label, tone, icon) in OUTCOMES.items()
    )


@dataclass(frozen=True)
class Histogram:
    bins: list[Bar]
    top: int
    total: int


def histogram(
    counts: Sequence[int], low: int = 0, high: int = 100, hrefs: Sequence[str] = ()
) -> Histogram:
    """Equal bins from `low` to `high`, which the last includes; `top` is where the axis ends."""
    width = (high - low) / len(counts)
    top = round_up(max(counts, default=0))
    total = sum(counts)
    bins = []
    for at, count in enumerate(counts):
        left, right = low + at * width, low + (at + 1) * width
        last = at == len(counts) - 1
        label = f"{left:g}–{right if last else right - 1:g}"
        href = hrefs[at] if at < len(hrefs) else None
        bins.append(
            Bar(label, count, count / top, at / len(counts), count / (total or 1), href=href)
        )
    return Histogram(bins, top, total)


@dataclass(frozen=True)
class Column:
    """What stands over one day: its pieces from the bottom up, fractions of the whole height."""

    label: str
    pieces: list[Bar]
    total: int

    @property
    def words(self) -> str:
        """What a tooltip says; of a single piece its number alone."""
        told = [f"{one.label} {one.value:,.0f}" for one in self.pieces if one.label and one.value]
        return f"{self.label}: {self.total:,}" + (f" ({', '.join(told)})" if told else "")


@dataclass(frozen=True)
class Columns:
    """`series` are the names of the pieces, from the bottom up."""

    columns: list[Column]
    series: list[str]
    top: int


def columns(
    rows: Iterable[tuple[str, Sequence[int]]], series: Sequence[tuple[str, str]] = (("", "accent"),)
) -> Columns:
    """A column per row (label, a value per series), each a stack; `series` are (name, tone)."""
    rows = list(rows)
    top = round_up(max((sum(values) for _, values in rows), default=0))
    made = []
    for label, values in rows:
        start, pieces = 0.0, []
        for (name, tone), value in zip(series, values, strict=True):
            pieces.append(Bar(name, value, value / top, start, tone=tone))
            start += value / top
        made.append(Column(label, pieces, sum(values)))
    return Columns(made, [name for name, _ in series], top)


@dataclass(frozen=True)
class Pair:
    """A bin of two histograms on one axis: how many, and which part of its height."""

    label: str
    start: float
    now: int
    then: int
    now_length: float
    then_length: float


@dataclass(frozen=True)
class Pairs:
    bins: list[Pair]
    top: int


def pairs(now: Sequence[int], then: Sequence[int], low: int = 0, high: int = 100) -> Pairs:
    """Two counts by the same bins, beside each other."""
    both = histogram([max(one, other) for one, other in zip(now, then, strict=True)], low, high)
    return Pairs(
        [
            Pair(bin.label, bin.start, one, other, one / both.top, other / both.top)
            for bin, one, other in zip(both.bins, now, then, strict=True)
        ],
        both.top,
    )


def round_up(value: int) -> int:
    """The next 1, 2, 2.5 or 5 times a power of ten, for an axis that ends on a round number."""
    if value <= 10:
        return max(value, 1)
    power: int = 10 ** (len(str(value)) - 1)
    return next(
        int(power * step) for step in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10) if power * step >= value
    )
