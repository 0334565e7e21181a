"""Filters in English, and why a row is in or out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from nimbus.filters import describe, explain, parse

from .sample import CATALOGUE, NOW, trees

SENIOR = {"field": "seniority", "op": "in", "value": ["vp", "director"]}
SCORE = {"field": "lead_score", "op": "gte", "value": 60}
INTERN = {"field": "title", "op": "contains", "value": "intern"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"and": [SENIOR, SCORE, {"not": INTERN}]},
         "Seniority is vp or director, and lead score is at least 60, and not (title contains"
         " “intern”)"),
        ({"or": [INTERN, {"and": [SENIOR, SCORE]}]},
         "Title contains “intern”, or (seniority is vp or director, and lead score is at least"
         " 60)"),
        ({"field": "tags", "op": "has_all", "value": ["vip", "hot"]}, "Tags has vip and hot"),
        ({"field": "visits", "op": "in", "value": [1, 2, 3, 4, 5, 6, 7]},
         "Visits is 1, 2, 3, 4 or 3 others"),
        ({"field": "started_on", "op": "gte", "value": "2026-01-01"},
         "Started on is on or after 2026-01-01"),
        ({"field": "created_at", "op": "within_last", "value": 7},
         "Created at is within the last 7 days"),
        ({"field": "started_on", "op": "within_next", "value": 30},
         "Started on is within the next 30 days"),
        ({"field": "title", "op": "is_not_empty"}, "Title is not empty"),
        ({"field": "title", "op": "eq", "value": "{0}"}, "Title is “{0}”"),
        ({"and": []}, "Everyone"),
        ({"and": [{"or": [SENIOR, INTERN]}, SCORE]},
         "(Seniority is vp or director, or title contains “intern”), and lead score is at least"
         " 60"),
        ({"and": [{"or": [{"and": [INTERN, SCORE]}, SENIOR]}, SCORE]},
         "((Title contains “intern”, and lead score is at least 60), or seniority is vp or"
         " director), and lead score is at least 60"),
        ({"not": INTERN}, "Not (title contains “intern”)"),
    ],
)  # fmt: skip
def test_sentences(data: Any, sentence: str) -> None:
    assert describe(parse(data, CATALOGUE)) == sentence


@given(trees())
def test_every_filter_can_be_said(data: Any) -> None:
    assert describe(parse(data, CATALOGUE))


def test_each_part_is_explained_with_its_path() -> None:
    row = {"title": "Sales intern", "seniority": "vp", "lead_score": 70, "custom": {}}
    told = explain(parse({"and": [SENIOR, {"not": INTERN}]}, CATALOGUE), row, NOW)
    assert [(path, holds) for path, _, holds in told] == [
        ("filter", False),
        ("filter.and[0]", True),
        ("filter.and[1]", False),
        ("filter.and[1].not", True),
    ]
    assert told[3][1] == "Title contains “intern”"
