"""JSON to filters and back, and refusals that name the place and what is allowed there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from nimbus.filters import All, Any_, Leaf, Not, dump, parse, parse_list, show
from nimbus.problems import Problem

from .sample import CATALOGUE, trees


@given(trees())
def test_a_stored_filter_is_read_back(data: Any) -> None:
    filter = parse(data, CATALOGUE)
    assert parse(dump(filter), CATALOGUE) == filter
    assert parse(show(filter), CATALOGUE) == filter


def test_custom_fields_are_stored_by_id_and_shown_by_key() -> None:
    field = CATALOGUE.get("custom.stage")
    filter = parse({"field": "custom.stage", "op": "eq", "value": "VP"}, CATALOGUE)
    assert dump(filter) == {"field_id": str(field.id), "op": "eq", "value": "vp"}
    assert show(filter) == {"field": "custom.stage", "op": "eq", "value": "vp"}


def test_the_search_api_form() -> None:
    leaves = [
        {"field": "lead_score", "op": "gte", "value": 70},
        {"field": "has_tag", "op": "eq", "value": ["hot"]},
    ]
    both = parse_list(leaves, "AND", CATALOGUE)
    assert isinstance(both, All)
    assert [(leaf.field.key, leaf.op.key, leaf.value) for leaf in both.parts] == [
        ("lead_score", "gte", 70),
        ("tags", "in", ("hot",)),
    ]
    assert isinstance(parse_list(leaves, "or", CATALOGUE), Any_)
    assert parse_list([], "OR", CATALOGUE) == All(())


def test_values_are_normalised_by_their_type() -> None:
    leaf = parse({"field": "email", "op": "eq", "value": " Jo@Acme.COM "}, CATALOGUE)
    assert isinstance(leaf, Leaf)
    assert leaf.value == "jo@acme.com"


def test_a_day_means_the_whole_day() -> None:
    start = datetime(2026, 4, 1, tzinfo=UTC)
    end = datetime(2026, 4, 1, 23, 59, 59, 999999, tzinfo=UTC)

    def value(op: str) -> Any:
        leaf = parse({"field": "created_at", "op": op, "value": "2026-04-01"}, CATALOGUE)
        assert isinstance(leaf, Leaf)
        return leaf.value

    assert [value(op) for op in ("gt", "gte", "lt", "lte")] == [end, start, start, end]
    assert value("eq") == (start, end)
    other = parse({"field": "created_at", "op": "ne", "value": "2026-04-01"}, CATALOGUE)
    assert isinstance(other, Not)
    listed = {"field": "created_at", "value": ["2026-04-01", "2026-04-03T00:00:00Z"]}
    some, none = (parse({**listed, "op": op}, CATALOGUE) for op in ("in", "not_in"))
    assert isinstance(some, Any_)
    assert none == Not(some)
    day, moment = some.parts
    assert (day, moment) == (
        parse({"field": "created_at", "op": "eq", "value": "2026-04-01"}, CATALOGUE),
        parse({"field": "created_at", "op": "eq", "value": "2026-04-03T00:00:00Z"}, CATALOGUE),
    )


LEAF = {"field": "title", "op": "eq", "value": "CEO"}


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (None, "filter", "“and”"),
        ([], "filter", "“and”"),
        ({}, "filter", "“and”"),
        ({"and": [], "or": []}, "filter", "one of"),
        ({"and": {}}, "filter.and", "list"),
        ({"or": []}, "filter.or", "at least one"),
        ({"not": []}, "filter.not", "“not”"),
        ({"and": [LEAF, {**LEAF, "op": "gt"}]}, "filter.and[1].op", "Allowed: eq, ne, in"),
        ({"or": [{"not": {**LEAF, "op": 5}}]}, "filter.or[0].not.op", "Allowed"),
        ({"field": "title"}, "filter.op", "Allowed"),
        ({**LEAF, "field": "nope"}, "filter.field", "nope"),
        ({**LEAF, "field": 5}, "filter.field", "name"),
        ({**LEAF, "field": "secret"}, "filter.field", "cannot be used"),
        ({**LEAF, "case": True}, "filter.case", "not a part"),
        ({**LEAF, "field_id": "x"}, "filter", "not both"),
        ({"field_id": "x", "op": "eq", "value": 1}, "filter.field_id", "no such field"),
        ({**LEAF, "value": ""}, "filter.value", "is_empty"),
        ({**LEAF, "value": None}, "filter.value", "is_empty"),
        ({**LEAF, "value": ["a"]}, "filter.value", "not a list"),
        ({**LEAF, "value": "a\0b"}, "filter.value", "character"),
        ({**LEAF, "op": "contains", "value": "\ud800"}, "filter.value", "character"),
        ({**LEAF, "op": "contains", "value": 5}, "filter.value", "text"),
        ({**LEAF, "op": "contains", "value": "x" * 1001}, "filter.value", "1000"),
        ({**LEAF, "op": "is_empty", "value": False}, "filter.value", "no value"),
        ({**LEAF, "op": "in", "value": "CEO"}, "filter.value", "list"),
        ({**LEAF, "op": "in", "value": []}, "filter.value", "at least one"),
        ({**LEAF, "op": "in", "value": ["CEO", {}]}, "filter.value[1]", "One value"),
        ({**LEAF, "op": "in", "value": ["x"] * 1001}, "filter.value", "1001"),
        ({"field": "lead_score", "op": "gte", "value": "many"}, "filter.value", "whole number"),
        ({"field": "lead_score", "op": "between", "value": [60]}, "filter.value", "Two values"),
        ({"field": "lead_score", "op": "between", "value": [6, 5]}, "filter.value", "greater"),
        ({"field": "created_at", "op": "eq", "value": "2026-02-30"}, "filter.value", "time"),
        (
            {"field": "created_at", "op": "in", "value": ["2026-02-03", "2026-02-30"]},
            "filter.value[1]",
            "time",
        ),
        ({"field": "created_at", "op": "in", "value": "2026-02-03"}, "filter.value", "list"),
        ({"field": "created_at", "op": "in", "value": ["2026-02-03"] * 102}, "filter", "100"),
        ({"field": "created_at", "op": "within_last", "value": 0}, "filter.value", "days"),
        ({"field": "created_at", "op": "within_last", "value": True}, "filter.value", "days"),
        ({"field": "tags", "op": "contains", "value": "a,b"}, "filter.value", "One value"),
        ({"field": "tags", "op": "has_all", "value": [5]}, "filter.value[0]", "texts; 5 is none"),
        ({"and": [LEAF] * 101}, "filter.and[100]", "100 questions"),
    ],
)
def test_refusals_name_the_place(data: Any, field: str, words: str) -> None:
    with pytest.raises(Problem) as refused:
        parse(data, CATALOGUE)
    assert refused.value.code == "validation_error"
    assert refused.value.field == field
    assert words in refused.value.message


def test_depth_is_bounded_even_where_python_would_overflow() -> None:
    data: Any = LEAF
    for _ in range(50_000):
        data = {"not": data}
    with pytest.raises(Problem, match="20 levels"):
        parse(data, CATALOGUE)


def test_the_list_form_names_its_own_paths() -> None:
    with pytest.raises(Problem) as refused:
        parse_list([{**LEAF, "op": "like"}], "AND", CATALOGUE)
    assert refused.value.field == "filters[0].op"
    with pytest.raises(Problem) as refused:
        parse_list([], "XOR", CATALOGUE)
    assert refused.value.field == "filters_logic"
