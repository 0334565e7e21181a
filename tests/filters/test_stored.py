"""Stored filters keep their meaning when a value gets another name, and when one is gone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nimbus.filters import dump, evaluate, leaves, parse
from nimbus.filters.stored import asks, rewritten, uses
from nimbus.operations.rename import Renamed

from .sample import CATALOGUE, NOW, rows, trees

TAGS, INTERESTS = CATALOGUE.get("tags"), CATALOGUE.get("custom.interests")


def values(row: dict[str, Any], ref: str) -> list[str] | None:
    held: list[str] | None = row["tags"] if ref == "tags" else row["custom"].get(ref)
    return held


def holding(row: dict[str, Any], ref: str, held: list[str] | None) -> dict[str, Any]:
    return {**row, "tags": held} if ref == "tags" else (
        {**row, "custom": {**row["custom"], ref: held}}
    )  # fmt: skip


@given(trees(), st.integers(0, 20), st.sampled_from([TAGS.ref, INTERESTS.ref]))
def test_a_renamed_value_is_found_as_before(data: Any, seed: int, ref: str) -> None:
    filter = parse(data, CATALOGUE)
    # `x` is an option, and so an allowed name; rows and questions that have it are merged away.
    renamed = Renamed(ref, "vip", "x", several=True)
    stored = rewritten(rewritten(dump(filter), Renamed(ref, "x", None, several=True)), renamed)
    assert not asks(stored, ref, "vip")
    for row in rows(seed):
        had = [value for value in values(row, ref) or () if value != "x"]
        now = ["x" if value == "vip" else value for value in had]
        before = evaluate(filter, holding(row, ref, had), NOW)
        assert evaluate(parse(stored, CATALOGUE), holding(row, ref, now), NOW) == before


@given(trees(), st.integers(0, 20), st.sampled_from(["custom.budget", "custom.stage"]))
def test_a_deleted_field_is_blank_for_everybody(data: Any, seed: int, key: str) -> None:
    field, filter = CATALOGUE.get(key), parse(data, CATALOGUE)
    stored = rewritten(dump(filter), Renamed(field.ref, None, None, several=False))
    assert not asks(stored, field.ref)
    for row in rows(seed):
        blank = {**row, "custom": {**row["custom"], field.ref: None}}
        assert evaluate(parse(stored, CATALOGUE), row, NOW) == evaluate(filter, blank, NOW)


@given(trees())
def test_uses_are_the_questions(data: Any) -> None:
    filter = parse(data, CATALOGUE)
    asked = [(leaf.field.ref, leaf.op.key) for _, leaf in leaves(filter)]
    assert [(use.ref, use.op) for use in uses(dump(filter))] == asked


@pytest.mark.parametrize(
    ("op", "several", "value", "after"),
    [
        ("in", True, ["vip", "hot"], {"op": "in", "value": ["hot"]}),
        ("contains", True, "vip", {"op": "contains", "value": "hot"}),
        ("contains", False, "vip", {"op": "contains", "value": "vip"}),
    ],
)
def test_values_meet_and_parts_of_words_stay(
    op: str, several: bool, value: Any, after: dict[str, Any]
) -> None:
    leaf = {"field": "tags", "op": op, "value": value}
    renamed = Renamed("tags", "vip", "hot", several=several)
    assert rewritten({"or": [leaf]}, renamed) == {"or": [{"field": "tags", **after}]}
