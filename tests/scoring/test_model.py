"""The scoring model: what it accepts, what it refuses and where (S0-53, D-30)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from nimbus.fields import Catalogue
from nimbus.problems import Problem
from nimbus.scoring.defaults import SCORING_MODEL
from nimbus.scoring.model import ScoringModel, dump_model, read_model

CATALOGUE = Catalogue.of()
RULE: dict[str, Any] = {
    "number": 1,
    "component": "fit",
    "name": "Has a title",
    "filter": {"field": "title", "op": "is_not_empty"},
    "points": 10,
}


def model(data: Any, **more: Any) -> ScoringModel:
    return read_model(data, CATALOGUE, id=UUID(int=1), **more)


def test_the_default_model_is_read_back() -> None:
    kept = model(SCORING_MODEL)
    assert model(dump_model(kept)) == kept
    assert dump_model(kept)["weights"] == {"fit": 40, "engagement": 30, "intent": 30}
    assert dump_model(model({})) == {**dump_model(kept), "rules": []}


def test_new_rules_get_numbers_that_no_rule_ever_had() -> None:
    fresh = {**RULE, "number": None}
    assert [r.number for r in model({"rules": [fresh, RULE, fresh]}).rules] == [2, 1, 3]
    assert [r.number for r in model({"rules": [fresh]}, last_number=7).rules] == [8]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "model"),
        ({"wieghts": {}}, "model.wieghts"),
        ({"weights": {"fit": 50}}, "weights"),
        ({"weights": {"fit": 40.0}}, "weights"),
        ({"weights": {"fit": -10, "engagement": 110, "intent": 0}}, "weights"),
        ({"weights": {"fitness": 40}}, "weights.fitness"),
        ({"thresholds": {"A": 55}}, "thresholds"),
        ({"thresholds": {"A": 101}}, "thresholds"),
        ({"thresholds": {"F": 1}}, "thresholds.F"),
        ({"rules": {}}, "rules"),
        ({"rules": [5]}, "rules[0]"),
        ({"rules": [{**RULE, "half_life_days": 5}]}, "rules[0].half_life_days"),
        ({"rules": [{**RULE, "component": "luck"}]}, "rules[0].component"),
        ({"rules": [{**RULE, "component": {}}]}, "rules[0].component"),
        ({"rules": [{**RULE, "points": 0}]}, "rules[0].points"),
        ({"rules": [{**RULE, "points": 101}]}, "rules[0].points"),
        ({"rules": [{**RULE, "points": 1.5}]}, "rules[0].points"),
        ({"rules": [{**RULE, "name": ""}]}, "rules[0].name"),
        ({"rules": [{**RULE, "number": 0}]}, "rules[0].number"),
        ({"rules": [{**RULE, "number": "1"}]}, "rules[0].number"),
        ({"rules": [RULE, RULE]}, "rules[1].number"),
        ({"rules": [{**RULE, "filter": {"or": [{"op": "eq"}]}}]}, "rules[0].filter.or[0]"),
        ({"rules": [{**RULE, "filter": {"field": "grade", "op": "eq", "value": "A"}}]},
         "rules[0].filter.field"),
        ({"rules": [{**RULE, "number": n} for n in range(1, 102)]}, "rules"),
        ({"rules": [{**RULE, "number": n, "filter": {"or": [RULE["filter"]] * 100}}
                    for n in range(1, 12)]}, "rules"),
    ],
)  # fmt: skip
def test_refusals_name_the_place(data: Any, field: str) -> None:
    with pytest.raises(Problem) as refused:
        model(data)
    assert refused.value.code == "validation_error"
    assert refused.value.field == field
