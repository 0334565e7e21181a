"""The readable form of filters in a list's URL."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nimbus.filters import All, Filter, from_params, parse, show, to_params
from nimbus.problems import Problem

from .sample import CATALOGUE, trees


def alone(filter: Filter) -> Filter:
    """An AND of one part is written, and read back, as the part."""
    if isinstance(filter, All) and len(filter.parts) == 1:
        return filter.parts[0]
    return filter


@given(trees())
def test_any_filter_survives_the_url(data: Any) -> None:
    filter = parse(data, CATALOGUE)
    back = from_params(to_params(filter), CATALOGUE)
    assert back is not None
    assert alone(back) == alone(filter)


@given(st.lists(st.tuples(st.sampled_from(["title", "tag", "lead_score__gte"]), st.text())))
def test_any_text_is_read_or_refused(params: list[tuple[str, str]]) -> None:
    with suppress(Problem):
        from_params(params, CATALOGUE)


@pytest.mark.parametrize(
    ("params", "tree"),
    [
        ([("seniority", "vp,director")],
         {"field": "seniority", "op": "in", "value": ["vp", "director"]}),
        ([("seniority", "vp")], {"field": "seniority", "op": "eq", "value": "vp"}),
        ([("tag", "vip")], {"field": "tags", "op": "eq", "value": "vip"}),
        ([("has_tag", "vip,hot")], {"field": "tags", "op": "in", "value": ["vip", "hot"]}),
        ([("lead_score__gte", "60")], {"field": "lead_score", "op": "gte", "value": 60}),
        ([("lead_score__between", "60..80")],
         {"field": "lead_score", "op": "between", "value": [60, 80]}),
        ([("title", "Head, Sales")], {"field": "title", "op": "eq", "value": "Head, Sales"}),
        ([("title__in", '"Head, Sales",CEO')],
         {"field": "title", "op": "in", "value": ["Head, Sales", "CEO"]}),
        ([("title__is_empty", "true")], {"field": "title", "op": "is_empty"}),
        ([("custom.stage", "vp")], {"field": "custom.stage", "op": "eq", "value": "vp"}),
        ([("custom_fields.stage", "vp")], {"field": "custom.stage", "op": "eq", "value": "vp"}),
        ([("custom_fields.stage__contains", "v")],
         {"field": "custom.stage", "op": "contains", "value": "v"}),
        ([("title__is_empty", "")], {"field": "title", "op": "is_empty"}),
        ([("created_after", "2026-01-01T01:00:00 01:00")],
         {"field": "created_at", "op": "gt", "value": "2026-01-01T00:00:00Z"}),
        ([("created_at__between", "2026-01-01T01:00 01:00..2026-01-02")],
         {"field": "created_at", "op": "between",
          "value": ["2026-01-01T00:00:00Z", "2026-01-02T23:59:59.999999Z"]}),
        ([("created_after", "2026-01-01T00:00:00Z")],
         {"field": "created_at", "op": "gt", "value": "2026-01-01T00:00:00Z"}),
        ([("created_after", "2026-01-01")],
         {"field": "created_at", "op": "gte", "value": "2026-01-01T00:00:00Z"}),
        ([("updated_after", "2026-01-01")],
         {"field": "updated_at", "op": "gte", "value": "2026-01-01T00:00:00Z"}),
        ([("created_at__gt", "2026-01-01")],
         {"field": "created_at", "op": "gt", "value": "2026-01-01T23:59:59.999999Z"}),
    ],
)  # fmt: skip
def test_simple_parameters(params: list[tuple[str, str]], tree: Any) -> None:
    filter = from_params(params, CATALOGUE)
    assert filter is not None
    assert show(filter) == tree


def test_parameters_are_joined_and_flat_filters_stay_readable() -> None:
    params = [("seniority", "vp,director"), ("tags", "vip"), ("company.employee_count__gte", "50")]
    filter = from_params(
        [*params, ("page_size", "9"), ("title", "")], CATALOGUE, ignore=["page_size"]
    )
    assert isinstance(filter, All)
    assert to_params(filter) == params


def test_trees_go_into_one_parameter_beside_others() -> None:
    tree = '{"or":[{"field":"title","op":"contains","value":"VP"}]}'
    filter = from_params([("filter", tree), ("tag", "vip")], CATALOGUE)
    assert filter is not None
    assert [name for name, _ in to_params(filter)] == ["filter"]
    assert from_params([], CATALOGUE) is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("titel", "CEO", "titel"),
        ("title__like", "x", "title__like"),
        ("lead_score__gte", "x", "whole number"),
        ("title__is_empty", "false", "no value"),
        ("tag", ",", "at least one"),
        ("tag__in", '"' + "x" * 300, "too long"),
        ("filter", "{", "not JSON"),
        ("filter", "[" * 100_000, "not JSON"),
    ],
)
def test_refusals_name_the_parameter(name: str, text: str, words: str) -> None:
    with pytest.raises(Problem) as refused:
        from_params([(name, text)], CATALOGUE)
    assert refused.value.field == name
    assert words in refused.value.message


def test_the_budget_holds_for_all_parameters_together() -> None:
    with pytest.raises(Problem, match="100 questions") as refused:
        from_params([("seniority", "vp"), *[("tag", "vip")] * 100], CATALOGUE)
    assert (refused.value.code, refused.value.field) == ("validation_error", "tag")
    dear = [("title__contains", f"part {n}") for n in range(99)]
    with pytest.raises(Problem, match="too much") as refused:
        from_params([*dear, ("title__contains", "part")], CATALOGUE)
    assert (refused.value.code, refused.value.field) == ("too_expensive", "title__contains")


def test_beside_others_a_tree_is_one_level_deeper() -> None:
    def nested(levels: int) -> tuple[str, str]:
        leaf = '{"field": "seniority", "op": "eq", "value": "vp"}'
        return "filter", '{"not": ' * levels + leaf + "}" * levels

    assert from_params([nested(19)], CATALOGUE)
    assert from_params([nested(18), ("tag", "vip")], CATALOGUE)
    for wrong in ([nested(20)], [nested(19), ("tag", "vip")]):
        with pytest.raises(Problem, match="20 levels"):
            from_params(wrong, CATALOGUE)
