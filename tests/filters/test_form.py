"""Filters as forms: every flat filter survives its form, and refusals stand at their row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from nimbus.filters import All, Any_, Filter, Not, parse
from nimbus.filters.editor import editor
from nimbus.filters.form import Conditions, conditions_form, conditions_of, pretty
from nimbus.filters.rows import Row
from nimbus.problems import Problem
from tests.filters import sample

CATALOGUE = sample.CATALOGUE
VP = {"field": "seniority", "op": "in", "value": ["vp", "director"]}
BIG = {"field": "company.employee_count", "op": "between", "value": [50, 100]}


def filter_of(data: Any) -> Any:
    return parse(data, CATALOGUE)


def sent(conditions: Conditions) -> Conditions:
    """What a browser sends of the editor of these conditions."""
    shown = editor(conditions, CATALOGUE)
    rows = [line.row for line in shown.lines]
    return conditions_form(
        c_match=shown.match, c_field=[row.field for row in rows], c_op=[row.op for row in rows],
        c_value=[row.value for row in rows], c_until=[row.until for row in rows],
        c_choice=[f"{i}:{slug}" for i, row in enumerate(rows) for slug in row.chosen],
        c_opens=[row.opens for row in rows], c_depth=[str(row.depth) for row in rows],
        c_tree=shown.tree, c_shape="rows" if shown.tree is None else "json",
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(data=sample.trees())
def test_any_filter_survives_its_form(data: Any) -> None:
    filter = filter_of(data)
    assert plain(sent(conditions_of(filter)).read(CATALOGUE)) == plain(filter)


def plain(filter: Filter) -> Filter:
    """Without groups of one part, which say nothing."""
    match filter:
        case All((part,)) | Any_((part,)):
            return plain(part)
        case All(parts):
            return All(tuple(map(plain, parts)))
        case Any_(parts):
            return Any_(tuple(map(plain, parts)))
        case Not(part):
            return Not(plain(part))
    return filter


@given(data=sample.trees())
def test_json_for_people_is_the_filter(data: Any) -> None:
    assert filter_of(json.loads(pretty(filter_of(data)))) == filter_of(data)


@pytest.mark.parametrize("match", ["and", "or"])
def test_a_flat_filter_is_rows(match: str) -> None:
    conditions = conditions_of(filter_of({match: [VP, BIG]}))
    assert conditions.tree is None
    assert conditions.match == {"and": "all", "or": "any"}[match]
    assert conditions.rows == (
        Row("seniority", "in", "vp\ndirector"),
        Row("company.employee_count", "between", "50", "100"),
    )


@pytest.mark.parametrize("data", [{"and": []}, {"and": [VP, {"not": {"and": []}}]}])
def test_a_group_of_nothing_is_json(data: Any) -> None:
    assert conditions_of(filter_of(data)).tree is not None


def test_groups_are_rows_that_open_one() -> None:
    conditions = conditions_of(filter_of({"and": [VP, {"not": {"or": [VP, BIG]}}, {"not": BIG}]}))
    assert [(row.opens or row.field, row.depth) for row in conditions.rows] == [
        ("seniority", 0), ("none", 0), ("seniority", 1), ("company.employee_count", 1),
        ("none", 0), ("company.employee_count", 1),
    ]  # fmt: skip
    grown = conditions.after("add:1", CATALOGUE).after("group:1", CATALOGUE)
    assert [(row.opens, row.depth) for row in grown.rows[2:7]] == [
        ("", 1), ("", 1), ("", 1), ("any", 1), ("", 2)
    ]  # fmt: skip
    # Blank rows, and groups of nothing else, ask nothing; a group goes with what is in it.
    assert grown.read(CATALOGUE) == conditions.read(CATALOGUE)
    assert len(grown.after("drop:1", CATALOGUE).rows) == 3
    assert [row.opens for row in grown.after("group", CATALOGUE).rows[-2:]] == ["any", ""]


def test_no_row_is_deeper_than_the_one_before_lets_it_be() -> None:
    three = [""] * 3
    got = conditions_form(c_field=three, c_op=three, c_value=three, c_until=three,
                          c_opens=["", "any", "x"], c_depth=["7", "0", "9"])  # fmt: skip
    assert [(row.opens, row.depth) for row in got.rows] == [("", 0), ("any", 0), ("", 1)]


def test_blank_rows_are_no_questions() -> None:
    rows = (Row(), Row("title", "contains", "vp"), Row())
    assert Conditions(rows=rows).read(CATALOGUE) == filter_of(
        {"field": "title", "op": "contains", "value": "vp"}
    )
    with pytest.raises(Problem) as refused:
        Conditions().read(CATALOGUE)
    assert refused.value.field == "conditions[0].field"


def test_a_refusal_stands_at_its_row() -> None:
    conditions = Conditions(rows=(Row(), Row("title", "contains", "vp"), Row("visits", "gte", "x")))
    with pytest.raises(Problem) as refused:
        conditions.read(CATALOGUE)
    assert refused.value.field == "conditions[2].value"
    shown = editor(conditions, CATALOGUE, refused.value)
    assert [line.error for line in shown.lines] == [None, None, refused.value.message]
    assert (shown.sentence, shown.unfinished) == ("Title contains “vp”", True)
    nothing = editor(Conditions(rows=(Row("visits", "gte", "x"),)), CATALOGUE)
    assert (nothing.sentence, nothing.unfinished) == (None, True)


@pytest.mark.parametrize(
    ("tree", "field"),
    [
        ("{", "tree"),
        ('{"and": [1]}', "tree.and[0]"),
        ('{"field": "nope", "op": "eq"}', "tree.field"),
    ],
)
def test_a_refusal_of_json_says_where(tree: str, field: str) -> None:
    conditions = Conditions(tree=tree)
    with pytest.raises(Problem) as refused:
        conditions.read(CATALOGUE)
    assert refused.value.field == field
    assert editor(conditions, CATALOGUE, refused.value).tree_error


def test_the_buttons_of_the_form() -> None:
    one = Conditions(rows=(Row("title", "contains", "vp"),))
    two = one.after("add", CATALOGUE)
    assert two.rows == (*one.rows, Row())
    assert two.after("drop:0", CATALOGUE).rows == (Row(),)
    assert one.after("drop:0", CATALOGUE).rows == (Row(),)
    as_json = two.after("json", CATALOGUE)
    assert as_json.tree == '{"field": "title", "op": "contains", "value": "vp"}'
    assert as_json.after("rows", CATALOGUE).rows == one.rows
    assert as_json.after("check", CATALOGUE) == as_json
    assert one.after("nonsense", CATALOGUE) == one
    with pytest.raises(Problem):
        Conditions(tree="{").after("check", CATALOGUE)


def test_another_field_gets_its_own_questions() -> None:
    (line,) = editor(Conditions(rows=(Row("visits", "contains", "vp"),)), CATALOGUE).lines
    assert line.row == Row("visits", "eq")
    assert ("between", "is between") in line.operators
    (line,) = editor(Conditions(rows=(Row("created_at", ""),)), CATALOGUE).lines
    assert line.input == "date"


def test_fields_that_are_not_offered() -> None:
    shown = editor(Conditions(without="score"), CATALOGUE)
    offered = {field.key for fields in shown.fields.values() for field in fields}
    assert "title" in offered
    assert not offered & {"lead_score", "owner_id", "secret"}
