"""The compiled SQL means what the Python meaning says, for any tree over any rows (G-24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from nimbus.filters import Filter, Not, Params, Source, compile, evaluate, parse

from .sample import CATALOGUE, NOW, TABLE, as_json, leaves, rows, trees

SEEDS = st.integers(0, 99)


@pytest.fixture(scope="module")
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("set timezone to 'UTC'")
        connection.execute(TABLE)
        yield connection


def found(
    connection: psycopg.Connection, filter: Filter, rows: Sequence[dict[str, Any]]
) -> list[int]:
    params = Params(NOW)
    query = sql.SQL(
        "select id from jsonb_populate_recordset(null::sample, %(rows)s::jsonb) as m"
        " where {} order by id"
    ).format(compile(filter, Source("m"), params))
    cursor = connection.execute(query, {**params.values, "rows": as_json(rows)})
    return [id for (id,) in cursor]


@settings(max_examples=500, deadline=None)
@given(data=trees(), seed=SEEDS)
def test_sql_is_the_python_meaning(connection: psycopg.Connection, data: Any, seed: int) -> None:
    filter = parse(data, CATALOGUE)
    expected = [i for i, row in enumerate(rows(seed)) if evaluate(filter, row, NOW)]
    assert found(connection, filter, rows(seed)) == expected


@settings(max_examples=300, deadline=None)
@given(data=leaves(), seed=SEEDS)
def test_every_operator_means_the_same(
    connection: psycopg.Connection, data: Any, seed: int
) -> None:
    filter = parse(data, CATALOGUE)
    expected = [i for i, row in enumerate(rows(seed)) if evaluate(filter, row, NOW)]
    assert found(connection, filter, rows(seed)) == expected


@settings(max_examples=200, deadline=None)
@given(data=trees(), seed=SEEDS)
def test_not_never_loses_a_row(connection: psycopg.Connection, data: Any, seed: int) -> None:
    filter, sample = parse(data, CATALOGUE), rows(seed)
    halves = found(connection, filter, sample) + found(connection, Not(filter), sample)
    assert sorted(halves) == list(range(len(sample)))


@pytest.mark.parametrize(
    ("data", "fragment"),
    [
        ({"field": "email", "op": "eq", "value": "A@b.co"}, '"m"."email" = %(f0)s'),
        ({"field": "title", "op": "contains", "value": "50%"}, '"m"."title" ilike %(f0)s'),
        ({"field": "tags", "op": "contains", "value": "vip"}, '"m"."tags" && %(f0)s::text[]'),
        ({"field": "tags", "op": "has_all", "value": ["vip"]}, '"m"."tags" @> %(f0)s::text[]'),
        ({"field": "company.tech_stack", "op": "contains", "value": "AWS"},
         'folded("m"."company_tech_stack") && %(f0)s::text[]'),
        ({"field": "custom.stage", "op": "eq", "value": "vp"}, '"m"."custom" @> %(f0)s::jsonb'),
        ({"field": "lead_score", "op": "gte", "value": 60}, '"m"."lead_score" >= %(f0)s'),
        ({"field": "company.employee_count", "op": "lt", "value": 5},
         '"m"."company_employee_count" <'),
    ],
)  # fmt: skip
def test_pieces_that_an_index_serves(data: Any, fragment: str) -> None:
    params = Params(NOW)
    piece = compile(parse(data, CATALOGUE), Source("m"), params).as_string(None)
    assert fragment in piece
    assert "is not true" not in piece


def test_long_lists_bind_one_value(connection: psycopg.Connection) -> None:
    data = {"field": "custom.budget", "op": "in", "value": [*range(1000)]}
    params = Params(NOW)
    filter = parse(data, CATALOGUE)
    compile(filter, Source("m"), params)
    assert len(params.values) == 1
    held = {"custom": {CATALOGUE.get("custom.budget").column: 77.0}}
    assert found(connection, filter, [held, {"custom": {}}]) == [0]


def test_a_gin_index_serves_custom_equality(connection: psycopg.Connection) -> None:
    connection.execute("create temporary table held as select '{}'::jsonb as custom")
    connection.execute("create index on held using gin (custom jsonb_path_ops)")
    connection.execute("set enable_seqscan = off")
    params = Params(NOW)
    data = {"field": "custom.stage", "op": "in", "value": ["vp", "manager"]}
    query = sql.SQL("explain select from held as m where {}").format(
        compile(parse(data, CATALOGUE), Source("m"), params)
    )
    plan = "\n".join(line for (line,) in connection.execute(query, params.values))
    connection.execute("set enable_seqscan = on")
    assert "BitmapOr" in plan
