"""Numbers, sizes, spans and times in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nimbus.web import words

NOW = datetime(2026, 11, 21, 14, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "said"), [(12481, "12,481"), (0, "0"), (-1200.5, "-1,200.5"), (None, "—")]
)
def test_numbers_are_grouped(value: float | None, said: str) -> None:
    assert words.number(value) == said


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [
        (0, 0, "0%"),
        (0.001, 0, "<1%"),
        (0.426, 0, "43%"),
        (0.999, 0, "99%"),
        (1, 0, "100%"),
        (0.0009, 1, "<0.1%"),
        (0.651, 1, "65.1%"),
        (None, 0, "—"),
    ],
)
def test_only_nothing_is_0_and_only_all_is_100_percent(
    share: float | None, digits: int, said: str
) -> None:
    assert words.percent(share, digits) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (4_200, "4.2 kB"),
        (999_999, "1.0 MB"),
        (487_000_000, "487 MB"),
        (5_400_000_000_000, "5,400 GB"),
    ],
)
def test_sizes(count: int, said: str) -> None:
    assert words.size(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.85, "850 ms"),
        (4.2, "4.2 s"),
        (42, "42 s"),
        (59.9, "1 min"),
        (80, "1 min 20 s"),
        (7_500, "2 h 5 min"),
        (86_400, "1 d"),
        (273_600, "3 d 4 h"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said
    assert words.duration(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=59), "5 hours ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=20), "1 Nov"),
        (timedelta(days=400), "17 Oct 2025"),
        (timedelta(hours=-2), "in 2 hours"),
        (timedelta(days=-1), "tomorrow"),
    ],
)
def test_how_long_ago(past: timedelta, said: str) -> None:
    assert words.relative(NOW - past, NOW, ZoneInfo("UTC")) == said


def test_the_exact_time_is_in_the_tooltip_and_in_the_zone_of_the_person() -> None:
    said = words.ago(NOW, ZoneInfo("Europe/Berlin"), now=NOW)
    assert 'datetime="2026-11-21T14:03:20+00:00"' in said
    assert 'title="21 Nov 2026, 15:03:20 CET"' in said
    assert "never" in words.ago(None)
