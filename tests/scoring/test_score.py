"""The score is the same in SQL and in Python, to the last point, and explained (D-30, G-30)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from nimbus.fields import Catalogue
from nimbus.filters import Params, Source
from nimbus.scoring.defaults import SCORING_MODEL
from nimbus.scoring.model import ScoringModel, Weights, read_model
from nimbus.scoring.rule import COMPONENTS
from nimbus.scoring.score import explain, score, score_columns, score_join, tally

NOW = datetime(2026, 4, 1, tzinfo=UTC)
CATALOGUE = Catalogue.of()
DEFAULT = read_model(SCORING_MODEL, CATALOGUE, id=UUID(int=1))

IDEAL = {
    "seniority": "vp", "department": "sales", "company_employee_count": 400,
    "company_industry": "Computer Software", "verification_status": "valid", "phone": "+1 555",
    "first_name": "Jo", "last_name": "Doe", "title": "VP Sales", "country": "US",
    "linkedin_url": "https://linkedin.com/in/jo", "consent_status": "opted_in",
}  # fmt: skip
COLUMNS = ("tags", "mobile", *IDEAL)


def row(**values: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COLUMNS), **values}


FILTERS = [
    {"field": "title", "op": "contains", "value": "vp"},
    {"not": {"field": "title", "op": "contains", "value": "vp"}},
    {"field": "company.employee_count", "op": "gte", "value": 50},
    {"field": "tags", "op": "contains", "value": "vip"},
    {"field": "country", "op": "not_in", "value": ["US", "DE"]},
    {"field": "seniority", "op": "is_empty"},
]
POINTS = st.integers(-100, 100).filter(bool)


@st.composite
def models(draw: st.DrawFn) -> ScoringModel:
    fit = draw(st.integers(0, 100))
    engagement = draw(st.integers(0, 100 - fit))
    numbers = draw(st.lists(st.integers(1, 32767), unique=True, max_size=8))
    rules = [
        {"number": n, "component": draw(st.sampled_from(COMPONENTS)), "name": "A rule",
         "filter": draw(st.sampled_from(FILTERS)), "points": draw(POINTS)}
        for n in numbers
    ]  # fmt: skip
    weights = {"fit": fit, "engagement": engagement, "intent": 100 - fit - engagement}
    return read_model({"weights": weights, "rules": rules}, CATALOGUE, id=UUID(int=1))


people = st.fixed_dictionaries(
    {
        "title": st.sampled_from([None, "", "VP Sales", "Clerk"]),
        "company_employee_count": st.sampled_from([None, 5, 50, 400]),
        "tags": st.sampled_from([None, [], ["vip"], ["hot", "vip"]]),
        "country": st.sampled_from([None, "US", "FR"]),
        "seniority": st.sampled_from([None, "vp", "manager"]),
    }
).map(lambda values: row(**values))


def in_sql(database_url: str, model: ScoringModel, rows: list[dict[str, Any]]) -> list[Any]:
    kinds = {"tags": "text[]", "company_employee_count": "int"}
    columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in ("id", *COLUMNS))
    params = Params(NOW)
    query = sql.SQL("select {} from jsonb_to_recordset(%(rows)s::jsonb) as m ({}) {}").format(
        sql.SQL(", ").join(value for _, value in score_columns(model)),
        sql.SQL(columns),
        score_join(model, Source("m"), params, events=False),
    )
    with psycopg.connect(database_url) as connection:
        return connection.execute(query, {**params.values, "rows": json.dumps(rows)}).fetchall()


@settings(max_examples=200, deadline=None)
@given(model=models(), rows=st.lists(people, min_size=1, max_size=6))
def test_sql_is_the_python_meaning(
    database_url: str, model: ScoringModel, rows: list[dict[str, Any]]
) -> None:
    expected = []
    for person in rows:
        s = score(model, person, NOW)
        expected.append((s.fit, s.engagement, s.intent, s.score, s.grade, list(s.rules)))
    assert in_sql(database_url, model, rows) == expected


def test_the_columns_are_those_of_a_contact() -> None:
    assert [name for name, _ in score_columns(DEFAULT)] == [
        "score_fit", "score_engagement", "score_intent", "lead_score", "grade", "score_rules"
    ]  # fmt: skip


def test_an_ideal_fresh_import_starts_at_forty_and_grade_c(database_url: str) -> None:
    ideal = score(DEFAULT, row(**IDEAL), NOW)
    assert (ideal.fit, ideal.score, ideal.grade) == (100, 40, "C")
    assert score(DEFAULT, row(), NOW).score == 0
    assert in_sql(database_url, DEFAULT, [row(**IDEAL)])[0][3:5] == (40, "C")


def test_penalties_never_go_below_zero() -> None:
    assert score(DEFAULT, row(consent_status="opted_out", phone="1"), NOW).fit == 0


@given(
    parts=st.tuples(*[st.integers(0, 100)] * 3),
    fit=st.integers(0, 100),
    share=st.integers(0, 100),
)
def test_rounding_is_half_up_in_exact_decimals(parts: Any, fit: int, share: int) -> None:
    engagement = (100 - fit) * share // 100
    weights = Weights(fit, engagement, 100 - fit - engagement)
    rules = [
        {"number": n, "component": component, "name": "x", "filter": {"and": []}, "points": points}
        for n, (component, points) in enumerate(zip(COMPONENTS, parts, strict=True), 1)
        if points
    ]
    data = {"rules": rules, "weights": dict(zip(COMPONENTS, (weights.fit, weights.engagement,
            weights.intent), strict=True))}  # fmt: skip
    exact = sum(
        Decimal(weight) * part / 100
        for weight, part in zip(
            (weights.fit, weights.engagement, weights.intent), parts, strict=True
        )
    )
    got = score(read_model(data, CATALOGUE, id=UUID(int=1)), {}, NOW)
    assert got.score == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert (got.fit, got.engagement, got.intent) == parts


def test_stored_numbers_explain_the_score() -> None:
    stored = score(DEFAULT, row(seniority="director", department="sales"), NOW)
    told, reasons = explain(DEFAULT, stored.rules)
    assert told == stored == tally(DEFAULT, stored.rules)
    assert [(reason.name, reason.points) for reason in reasons] == [
        ("Leads: head or director", 25),
        ("Works in sales, marketing or revenue operations", 25),
    ]
    assert reasons[0].sentence == "Seniority is Head or Director"
    assert explain(DEFAULT, [999])[1] == []


@pytest.mark.parametrize("empty", [{}])
def test_a_model_without_rules(database_url: str, empty: dict[str, Any]) -> None:
    model = read_model(empty, CATALOGUE, id=UUID(int=1))
    assert in_sql(database_url, model, [row()]) == [(0, 0, 0, 0, "F", [])]
