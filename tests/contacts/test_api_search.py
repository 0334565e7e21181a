"""`POST /api/v1/contacts/search/`: a filter of any shape, in any order, page by page (S3-37)."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb
from starlette.testclient import TestClient

from nimbus.contacts.read import ContactList, Reading
from nimbus.db import ids
from nimbus.db.door import Door
from nimbus.fields.read import catalogue
from nimbus.filters import parse
from nimbus.settings import settings
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact, add_crowd

SEARCH = "/api/v1/contacts/search/"
SALES = {"field": "title", "op": "contains", "value": "sales"}


def leaf(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


@pytest.fixture
def crowd(world: World) -> list[UUID]:
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        add_crowd(tx, 5, seed=1)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        budget = tx.value(
            "insert into custom_field (workspace_id, name, label, field_type, position) "
            "values (%s, 'budget', 'Budget', 'number', 1) returning id",
            [tx.workspace_id],
        )
        made = add_crowd(tx, 40, seed=9)
        for at, id in enumerate(made):
            if at % 3:
                tx.run("update contact set custom = %s where workspace_id = %s and id = %s",
                       [Jsonb({str(budget): at % 7 - 2.5}), tx.workspace_id, id])  # fmt: skip
        return made


def everyone(http: TestClient, world: World, **body: Any) -> list[dict[str, Any]]:
    """The contacts of every page; the count agrees with them."""
    found: list[dict[str, Any]] = []
    while True:
        answer = http.post(SEARCH, json=body, headers=world.bob.headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["data"]
        if not page["meta"]["has_more"]:
            assert page["meta"]["total_count"] == len(found)
            return found
        body["cursor"] = page["meta"]["next_cursor"]


def test_pages_in_any_order(http: TestClient, world: World, crowd: list[UUID]) -> None:
    """Blanks last in either direction, ties by id, and nobody twice or lost."""
    orders: list[list[tuple[str, str]]] = [
        [("lead_score", "desc")],
        [("icp_tier", "asc"), ("lead_score", "desc")],
        [("custom.budget", "desc"), ("country", "asc")],
        [("company.employee_count", "asc"), ("full_name", "desc"), ("created_at", "desc")],
        [("is_enriched", "asc")],
        [("email_domain", "asc")],
    ]

    def value(contact: dict[str, Any], key: str) -> Any:
        if key.startswith("custom."):
            return contact["custom_fields"].get("budget")
        if key.startswith("company."):
            return contact["company"] and contact["company"]["employee_count"]
        return contact["email"].partition("@")[2] if key == "email_domain" else contact[key]

    for order in orders:
        sort = [{"field": key, "direction": direction} for key, direction in order]
        found = everyone(http, world, sort=sort, page_size=6)
        assert len({one["id"] for one in found}) == len(found) == len(crowd)
        expected = sorted(found, key=lambda one: one["id"])
        for key, direction in reversed(order):
            blank = [one for one in expected if value(one, key) is None]
            filled = [one for one in expected if value(one, key) is not None]
            filled.sort(key=lambda one, key=key: value(one, key), reverse=direction == "desc")
            expected = filled + blank

        def shape(
            people: list[dict[str, Any]], order: list[tuple[str, str]] = order
        ) -> list[tuple[Any, ...]]:
            return [tuple(value(one, key) for key, _ in order) for one in people]

        assert shape(found) == shape(expected)


def test_filters_of_every_shape(http: TestClient, world: World, crowd: list[UUID]) -> None:
    both = [leaf("icp_tier", "in", ["A", "B"]), leaf("has_tag", "eq", "vip")]
    as_list = everyone(http, world, filters=both)
    assert as_list == everyone(http, world, filters=both, filters_logic="AND")
    assert as_list == everyone(http, world, filter={"and": both})
    either = everyone(http, world, filters=both, filters_logic="OR")
    assert either == everyone(http, world, filter={"or": both})
    assert 0 < len(as_list) < len(either) < len(crowd)
    live = everyone(http, world, is_deleted=False)
    assert {one["is_deleted"] for one in live} == {False}
    assert len(live) + len(everyone(http, world, is_deleted=True)) == len(crowd)
    assert everyone(http, world, search="nobody at all") == []
    ranged = everyone(http, world, filter=leaf("custom.budget", "between", [-1, 1.5]))
    assert {one["custom_fields"]["budget"] for one in ranged} == {-0.5, 0.5, 1.5}


def refused(http: TestClient, world: World, **body: Any) -> tuple[str, str, str]:
    answer = http.post(SEARCH, json=body, headers=world.bob.headers)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    return error["code"], error["field"], error["message"]


def test_what_belongs_to_a_contact_comes_with_it(
    http: TestClient, world: World, crowd: list[UUID]
) -> None:
    worded = leaf("company.name", "is_not_empty", None)
    for one in everyone(http, world, filters=[worded], expand=["company", "owner"]):
        assert one["expanded"]["company"]["id"] == one["company"]["id"]
        assert one["expanded"].keys() == {"company", "owner"}


def test_refusals_name_the_place(http: TestClient, world: World, monkeypatch: Any) -> None:
    wrong = "validation_error"
    cases: list[tuple[dict[str, Any], str, str, str]] = [
        ({"filters": [SALES, leaf("titel", "eq", "x")]}, wrong, "filters[1].field", "title"),
        ({"filters": [leaf("lead_score", "contains", "x")]}, wrong, "filters[0].op", "Allowed"),
        ({"filter": {"and": [leaf("icp_tier", "eq", "E")]}}, wrong, "filter.and[0].value", "A, B"),
        ({"filters": [SALES], "filter": SALES}, wrong, "filter", "not both"),
        ({"sort": [{"field": "lead_score"}, {"field": "tags"}]}, wrong, "sort[1].field", "Tags"),
        ({"sort": [{"field": "suppression.reason"}]}, wrong, "sort[0].field", "sorted"),
        ({"sort": [{"field": "title"}, {"field": "title"}]}, wrong, "sort[1].field", "twice"),
        ({"sort": [{"field": "company.name"}] * 2}, wrong, "sort[1].field", "twice"),
        ({"expand": ["score_reasons"]}, wrong, "expand[0]", "company, owner or client"),
        ({"filters": [5]}, wrong, "filters[0]", "Send an object."),
        ({"pagesize": 5}, wrong, "pagesize", "no such member"),
        ({"cursor": "x"}, wrong, "cursor", "list"),
        ({"filter": {"or": [SALES] * 100}}, "too_expensive", "filter.or[95]", "Shorten"),
        ({"filters": [leaf("email", "in", [f"a{n}@b.com" for n in range(1000)])] * 100},
         "too_expensive", "filters[19]", "Shorten"),
    ]  # fmt: skip
    for body, code, field, words in cases:
        found = refused(http, world, **body)
        assert found[:2] == (code, field), found
        assert words in found[2]
    nots: Any = SALES
    for _ in range(100):
        nots = {"not": nots}
    assert "20 levels" in refused(http, world, filter=nots)[2]
    deep = '{"filter": ' + '{"not": ' * 50_000 + "{}" + "}" * 50_001
    headers = {**world.bob.headers, "Content-Type": "application/json"}
    assert http.post(SEARCH, content=deep, headers=headers).status_code == 400


def test_what_takes_too_long_is_stopped(
    http: TestClient, world: World, crowd: list[UUID], browser_of: Any, monkeypatch: Any
) -> None:
    """By the clock, whatever the budget let through; and the server goes on."""
    tricks = [leaf("title", "contains", "%_\\" * 300), leaf("title", "contains", "(a+)+$" * 100)]
    assert everyone(http, world, filter={"or": tricks}) == []
    hurried = settings().model_copy(update={"query_seconds": 0.001})
    monkeypatch.setattr("nimbus.web.timely.settings", lambda: hurried)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = add_company(tx, name="One")
        for _ in range(400):
            add_contact(tx, company_id=company, title="abc " * 200)
    slow = {"or": [leaf("title", "contains", f"abc {n}") for n in range(90)]}
    began = time.monotonic()
    code, _, words = refused(http, world, filter=slow, sort=[{"field": "company.name"}])
    assert (code, time.monotonic() - began < 5) == ("too_expensive", True)
    assert "Narrow it" in words
    page = browser_of(world.bob).get("/contacts", params={"filter": json.dumps(slow)})
    assert (page.status_code, "Narrow it" in page.text) == (400, True)
    monkeypatch.undo()
    assert len(everyone(http, world, page_size=500)) == len(crowd) + 400
    shown = ids.show("cont", crowd[0])
    assert http.get(f"/api/v1/contacts/{shown}/", headers=world.bob.headers).status_code == 200


def test_a_list_is_planned_for_what_it_asks(world: World, crowd: list[UUID]) -> None:
    """However often it is asked: for any value at all, the planner expects hardly anybody."""
    workspace = world.alice.who.workspace_id
    with Door(world.door.conninfo, size=1) as door:
        for _ in range(15):
            with door.workspace(workspace) as tx:
                asked = ContactList(parse(leaf("title", "contains", "a"), catalogue(tx)))
                assert Reading(tx, asked).page(5).rows
        with door.platform() as tx:
            plans = tx.rows(
                "select generic_plans, custom_plans from pg_prepared_statements "
                "where statement like '%%stretch of a page%%'"
            )
    assert sum(plan["custom_plans"] for plan in plans) > 5, "they are prepared"
    assert sum(plan["generic_plans"] for plan in plans) == 0
