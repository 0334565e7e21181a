"""Tiers: the first rule that matches decides, in Python and in SQL (S0-52, D-07)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from nimbus.fields import Catalogue
from nimbus.filters import Params, Source
from nimbus.problems import Problem
from nimbus.scoring.defaults import TIER_RULES
from nimbus.scoring.tier_rule import (
    ICPTierRule,
    dump_tier_rule,
    read_tier_rule,
    tier,
    tier_case,
)

NOW = datetime(2026, 4, 1, tzinfo=UTC)
CATALOGUE = Catalogue.of()


def rule(n: int, tier: str, filter: Any, **more: Any) -> ICPTierRule:
    data = {"name": f"Rule {n}", "tier": tier, "filter": filter}
    return read_tier_rule(data, CATALOGUE, id=UUID(int=n), position=n, **more)


DEFAULTS = [
    read_tier_rule(data, CATALOGUE, id=UUID(int=n), position=n)
    for n, data in enumerate(TIER_RULES)
]  # fmt: skip


def person(seniority: str | None, department: str | None, size: int | None) -> dict[str, Any]:
    return {"seniority": seniority, "department": department, "company_employee_count": size}


PEOPLE = [
    (person("director", "sales", 50), "A"),
    (person("founder", "executive", 5000), "A"),
    (person("director", "sales", 49), "B"),
    (person("vp", "marketing", None), "B"),
    (person("manager", "revenue_operations", 200), "B"),
    (person("manager", "sales", 20), "C"),
    (person("c_level", "finance", 9), "C"),
    (person("intern", "sales", 500), "D"),
    (person("senior", "engineering", 500), "D"),
    (person(None, None, None), "D"),
]


@pytest.mark.parametrize(("row", "expected"), PEOPLE)
def test_defaults(row: dict[str, Any], expected: str) -> None:
    assert tier(DEFAULTS, row, NOW)[0] == expected


def test_first_match_wins_by_position() -> None:
    everyone = {"and": []}
    rules = [rule(2, "B", everyone), rule(1, "A", everyone)]
    assert tier(rules, {}, NOW) == ("A", UUID(int=1))
    assert tier([], {}, NOW) == ("D", None)


@pytest.mark.parametrize("rules", [DEFAULTS, []])
def test_sql_is_the_python_meaning(database_url: str, rules: list[ICPTierRule]) -> None:
    params = Params(NOW)
    query = sql.SQL(
        "select {}, {} from unnest(%(s)s::text[], %(d)s::text[], %(n)s::int[])"
        " as m (seniority, department, company_employee_count)"
    ).format(*tier_case(rules, Source("m"), params))
    rows = [row for row, _ in PEOPLE]
    binds = dict(zip("sdn", zip(*(row.values() for row in rows), strict=True), strict=True))
    with psycopg.connect(database_url) as connection:
        found = connection.execute(query, {**params.values, **{k: [*v] for k, v in binds.items()}})
        assert found.fetchall() == [tier(rules, row, NOW) for row in rows]


@pytest.mark.parametrize("field", ["icp_tier", "lead_score", "grade", "score_fit"])
def test_rules_cannot_be_circular(field: str) -> None:
    asked = {"field": field, "op": "is_not_empty"}
    with pytest.raises(Problem) as refused:
        rule(1, "A", {"and": [{"field": "title", "op": "is_empty"}, {"not": asked}]})
    assert refused.value.field == "filter.and[1].not.field"
    assert CATALOGUE.get(field).label in refused.value.message


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"tier": "E"}, "tier"),
        ({"tier": None}, "tier"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"filter": {}}, "filter"),
    ],
)
def test_refusals(data: dict[str, Any], field: str) -> None:
    given = {"name": "Rule", "tier": "A", "filter": {"and": []}, **data}
    with pytest.raises(Problem) as refused:
        read_tier_rule(given, CATALOGUE, id=UUID(int=1), position=1)
    assert refused.value.field == field


def test_a_stored_rule_is_read_back() -> None:
    for n, kept in enumerate(DEFAULTS):
        again = read_tier_rule(dump_tier_rule(kept), CATALOGUE, id=UUID(int=n), position=n)
        assert again == kept
