"""The arithmetic of the charts."""

from __future__ import annotations

import pytest

from nimbus.web import charts


def test_the_longest_bar_fills_its_line() -> None:
    one, two = charts.bars([("A", 10), ("B", 40)])
    assert (one.length, two.length, one.share) == (0.25, 1, 0.2)
    assert charts.bars([("A", 0)])[0].length == 0


def test_outcomes_are_laid_end_to_end_and_fill_the_whole() -> None:
    pieces = charts.outcomes({"imported": 60, "errored": 40})
    assert pieces[0].label == "Imported"
    assert pieces[-1].start == pytest.approx(0.6)
    assert sum(piece.length for piece in pieces) == pytest.approx(1)
    assert all(piece.length == 0 for piece in charts.outcomes({}))


def test_a_histogram_names_its_bins_and_ends_on_a_round_number() -> None:
    made = charts.histogram([1, 0, 870])
    assert made.top == 1000
    made = charts.histogram([0] * 10)
    assert made.bins[0].label == "0–9"
    assert made.bins[-1].label == "90–100"
    assert made.bins[-1].length == 0


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (7, 7), (11, 15), (100, 100), (8912, 10_000), (10_001, 15_000)]
)
def test_axes_end_on_round_numbers(value: int, top: int) -> None:
    assert charts.round_up(value) == top
