"""A filter that says the same of everybody is known without looking at anybody (G-20)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nimbus.filters import All, Any_, Filter, Not, evaluate, fold, parse

from .sample import CATALOGUE, NOW, rows, trees

QUESTION = parse({"field": "email", "op": "is_not_empty"}, CATALOGUE)
EVERYBODY, NOBODY = All(()), Any_(())

# Few questions and many empty groups, so that most of them are about nobody in particular.
HOLLOW: st.SearchStrategy[Filter] = st.recursive(
    st.sampled_from([EVERYBODY, NOBODY, QUESTION]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: Any_(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(filter=HOLLOW | trees().map(lambda data: parse(data, CATALOGUE)), seed=st.integers(0, 99))
def test_what_is_said_of_everybody_holds_for_each(filter: Filter, seed: int) -> None:
    said = fold(filter)
    if said is not None:
        assert {evaluate(filter, row, NOW) for row in rows(seed)} == {said}


@settings(max_examples=300, deadline=None)
@given(filter=HOLLOW)
@example(filter=Not(All((EVERYBODY, Not(QUESTION)))))
def test_what_asks_nothing_is_always_decided(filter: Filter) -> None:
    """Where the answer to the one question in it changes nothing, it restricts nobody."""
    by_answer = {fold(filter, lambda leaf, said=said: said) for said in (True, False)}  # type: ignore[misc]
    assert None not in by_answer
    if fold(filter) is not None:
        assert by_answer == {fold(filter)}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"and": []}, True),
        ({"and": [{"and": []}]}, True),
        ({"or": [{"and": []}, {"field": "title", "op": "eq", "value": "x"}]}, True),
        ({"not": {"and": []}}, False),
        ({"not": {"not": {"and": [{"and": []}]}}}, True),
        ({"and": [{"and": []}, {"field": "title", "op": "eq", "value": "x"}]}, None),
    ],
)
def test_empty_groups_are_seen_through(data: Any, said: bool | None) -> None:
    assert fold(parse(data, CATALOGUE)) is said
