"""Days in many spellings, and how a column tells which number is the day."""

from datetime import date

import pytest

from nimbus.fields import DateType, Invalid, count_unreadable, guess_day_first

FEBRUARY_1 = date(2026, 2, 1)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-02-01",
        "2026/2/1",
        "20260201",
        "2026-02-01T10:00:00Z",
        "2026-02-01 10:00:00.123+01:00",
        "01.02.2026",
        "1.2.26",
        "1 Feb 2026",
        "Feb 1st, 2026",
        "1. Februar 2026",
        "1er février 2026",
        "1 de febrero de 2026",
        "1 de fevereiro de 2026",
        "1 febbraio 2026",
        "1 februari 2026",
        "1-Feb-26",
    ],
)
def test_spellings_of_one_meaning(raw: str) -> None:
    assert DateType().parse(raw) == FEBRUARY_1


def test_slashes_mean_what_the_column_says() -> None:
    assert DateType(True).parse("1/2/2026") == FEBRUARY_1
    assert DateType(False).parse("2/1/2026 3:30 PM") == FEBRUARY_1
    assert DateType().parse("13/2/2026") == date(2026, 2, 13)
    assert DateType().parse("2/13/2026") == date(2026, 2, 13)
    with pytest.raises(Invalid, match="two ways"):
        DateType().parse("1/2/2026")
    with pytest.raises(Invalid):
        DateType(True).parse("1/13/2026")


def test_years_of_two_digits() -> None:
    assert DateType(True).parse("01/02/68") == date(2068, 2, 1)
    assert DateType(True).parse("01/02/69") == date(1969, 2, 1)


@pytest.mark.parametrize(
    "raw",
    ["46054", "2026-02-30", "31.02.2026", "February 2026", "soon", "0001-01-01", "1/2", "12:30"],
)
def test_nonsense(raw: str) -> None:
    with pytest.raises(Invalid):
        DateType().parse(raw)


def test_guessing_by_the_dates_that_can_be_read_one_way_only() -> None:
    assert guess_day_first(["1/2/2026", "25/12/2025"]) is True
    assert guess_day_first(["1/2/2026", "12/25/2025"]) is False
    assert guess_day_first(["1/2/2026"]) is None
    assert guess_day_first(["1.2.2026"]) is True
    assert guess_day_first([]) is None
    assert count_unreadable(["25/12/2025", "12/25/2025", "", "?"], True) == 2
