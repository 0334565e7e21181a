"""What each operator means, said by hand: SQL and Python read one table and could err alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from nimbus.filters import OPERATORS, evaluate, parse
from nimbus.filters.operators import operators_for

from .sample import CATALOGUE, NOW

TODAY = NOW.date()
MIDNIGHT = datetime.combine(TODAY, time(), UTC)
LONG_AGO = date(1990, 1, 1)

# Field, operator and value; then values that match, and values that do not.
MEANINGS: list[tuple[str, str, Any, list[Any], list[Any]]] = [
    ("title", "eq", "CEO", ["CEO", "ceo"], ["CEO ", "COO", "", None]),
    ("title", "ne", "CEO", ["COO", "", None], ["CEO", "ceo"]),
    ("title", "in", ["CEO", "c_o"], ["ceo", "C_O"], ["coo", "", None]),
    ("title", "not_in", ["CEO"], ["coo", "", None], ["ceo"]),
    ("title", "contains", "e%", ["VE%x", "e%"], ["ex", "", None]),
    ("title", "starts_with", "vp", ["VP Sales", "vp"], ["Sales VP", "", None]),
    ("title", "ends_with", "vp", ["Sales VP", "vp"], ["VP Sales", "", None]),
    ("title", "is_empty", None, ["", None], ["x", " "]),
    ("title", "is_not_empty", None, ["x"], ["", None]),
    ("email", "eq", "A@B.co", ["a@b.co"], ["c@d.co", None]),
    ("seniority", "in", ["vp", "director"], ["vp"], ["manager", "", None]),
    ("visits", "eq", 5, [5], [4, None]),
    ("visits", "gt", 5, [6], [5, None]),
    ("visits", "gte", 5, [5, 6], [4, None]),
    ("visits", "lt", 5, [4, 0], [5, None]),
    ("visits", "lte", 5, [5, 4], [6, None]),
    ("visits", "between", [5, 6], [5, 6], [4, 7, None]),
    ("visits", "is_empty", None, [None], [0]),
    ("amount", "eq", 0.1, [0.1], [0.2, None]),
    ("is_enriched", "is_true", None, [True], [False, None]),
    ("is_enriched", "is_false", None, [False], [True, None]),
    ("is_enriched", "eq", False, [False], [True, None]),
    ("is_enriched", "ne", True, [False, None], [True]),
    ("started_on", "gt", "2026-04-01", [date(2026, 4, 2)], [TODAY, None]),
    ("started_on", "within_last", 7, [TODAY, TODAY - timedelta(7)],
     [TODAY - timedelta(8), TODAY + timedelta(1), None]),
    ("started_on", "before_last", 7, [TODAY - timedelta(8), LONG_AGO],
     [TODAY - timedelta(7), None]),
    ("created_at", "within_last", 1, [NOW, NOW - timedelta(1)],
     [NOW - timedelta(1, 1), NOW + timedelta(0, 1), None]),
    ("started_on", "within_next", 7, [TODAY, TODAY + timedelta(7)],
     [TODAY - timedelta(1), TODAY + timedelta(8), None]),
    ("created_at", "within_next", 1, [NOW, MIDNIGHT, NOW + timedelta(1)],
     [MIDNIGHT - timedelta(0, 1), NOW + timedelta(1, 1), None]),
    ("created_at", "eq", "2026-04-01", [NOW], [NOW + timedelta(1), None]),
    ("created_at", "lte", "2026-04-01", [NOW, NOW - timedelta(9)], [NOW + timedelta(1), None]),
    ("tags", "eq", "vip", [["vip"], ["hot", "vip"]], [["vi"], [], None]),
    ("tags", "contains", "vip", [["vip", "hot"]], [["hot"], [], None]),
    ("tags", "ne", "vip", [["hot"], [], None], [["vip", "hot"]]),
    ("tags", "in", ["vip", "hot"], [["hot"]], [["x"], [], None]),
    ("tags", "not_in", ["vip", "hot"], [["x"], [], None], [["hot", "x"]]),
    ("tags", "has_all", ["vip", "hot"], [["hot", "vip", "x"]], [["vip"], [], None]),
    ("tags", "is_empty", None, [[], None], [["x"]]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "op", "value", "matching", "others"), MEANINGS)
def test_meanings(field: str, op: str, value: Any, matching: list[Any], others: list[Any]) -> None:
    filter = parse({"field": field, "op": op, "value": value}, CATALOGUE)
    found = [held for held in matching + others if evaluate(filter, {field: held}, NOW)]
    assert found == matching


def test_every_operator_has_a_meaning_here() -> None:
    assert {row.key for row in OPERATORS} == {op for _, op, *_ in MEANINGS}


def test_the_thirteen_operators_of_the_article_exist() -> None:
    article = "eq ne gt gte lt lte in not_in contains starts_with ends_with is_empty is_not_empty"
    assert set(article.split()) <= {row.key for row in OPERATORS}


@pytest.mark.parametrize("kind", ["text", "number", "boolean", "date", "datetime", "choice",
                                  "choices", "reference"])  # fmt: skip
def test_one_row_answers_for_a_key_and_a_kind(kind: str) -> None:
    keys = [row.key for row in operators_for(kind)]
    assert len(keys) == len(set(keys))
    assert {"eq", "ne", "is_empty", "is_not_empty"} <= set(keys)
