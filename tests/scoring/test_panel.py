"""What is shown of a score adds up to it (S0-19, D-30)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nimbus.fields import Catalogue
from nimbus.scoring.fading import WHOLE
from nimbus.scoring.model import ScoringModel, read_model
from nimbus.scoring.panel import _parts
from nimbus.scoring.rounding import rounded_parts, settled
from nimbus.scoring.score import explain


@given(st.lists(st.integers(-1_000, 10_000), max_size=6))
def test_parts_add_up_to_their_sum_rounded_half_up(parts: list[int]) -> None:
    found = rounded_parts(parts, 100)
    assert sum(found) == (sum(parts) + 50) // 100
    assert all(abs(100 * own - part) < 100 for own, part in zip(found, parts, strict=True))


@given(
    st.lists(st.tuples(st.integers(-9, 99), st.integers(-9, 9)), min_size=1), st.integers(-9, 99)
)
def test_settled_parts_add_up_and_only_those_with_a_size_move(
    pairs: list[tuple[int, int]], total: int
) -> None:
    parts, sizes = zip(*pairs, strict=True)
    found = settled(parts, sizes, total)
    assert sum(found) == (total if any(sizes) else sum(parts))
    assert all(a == b for a, b, size in zip(found, parts, sizes, strict=True) if not size)


@pytest.mark.parametrize(
    ("fit", "engagement", "intent", "shown"),
    [(25, 1, 0, [13, 0, 0]), (72, 73, 10, [36, 22, 2]), (0, 0, 0, [0, 0, 0])],
)
def test_the_shown_parts_add_up_to_the_score(
    fit: int, engagement: int, intent: int, shown: list[int]
) -> None:
    model = _model({"weights": {"fit": 50, "engagement": 30, "intent": 20}, "rules": []})
    row = {"score_fit": fit, "score_engagement": engagement, "score_intent": intent}
    parts = [part.points for part in _parts(model, row)]
    assert parts == shown
    assert sum(parts) == (50 * fit + 30 * engagement + 20 * intent + 50) // 100


def test_the_reasons_add_up_to_their_component() -> None:
    """Two rules that give 36.4 and 36.84 points by now, and a third."""
    rules = [
        {"number": number, "component": "engagement", "name": "Replies", "points": points,
         "event": "replied", "half_life_days": 30}
        for number, points in ((1, 40), (2, 40), (3, 10))
    ]  # fmt: skip
    model = _model({"rules": rules})
    told = {1: 910_000, 2: 896_000, 3: 45_000}
    found, reasons = explain(model, [1, 2, 3], told)
    assert found.engagement == (40 * 910_000 + 40 * 896_000 + 450_000 + WHOLE // 2) // WHOLE
    assert sum(reason.points for reason in reasons) == found.engagement


@pytest.mark.parametrize("kept", [0, 20, 73, 99, 100])
@pytest.mark.parametrize("told", [{1: 725_000, 2: 4}, {1: 400_001, 2: 333_333}, {1: 0, 2: 0}])
def test_the_reasons_add_up_to_what_is_stored(kept: int, told: dict[int, int]) -> None:
    """Though what events give has faded since; a rule that asks a filter gives its points."""
    rules = [
        {"number": 1, "component": "engagement", "name": "Call", "points": 100, "event": "call",
         "half_life_days": 1},
        {"number": 2, "component": "engagement", "name": "Reply", "points": 7, "event": "replied",
         "half_life_days": 1},
        {"number": 3, "component": "engagement", "name": "Senior", "points": 10,
         "filter": {"and": []}},
    ]  # fmt: skip
    reasons = explain(_model({"rules": rules}), [1, 2, 3], told, {"engagement": kept})[1]
    assert sum(reason.points for reason in reasons) == kept
    assert reasons[2].points == 10


def _model(data: dict[str, Any]) -> ScoringModel:
    return read_model(data, Catalogue.of(), id=UUID(int=1))
