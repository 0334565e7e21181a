"""Tier rules over the API: the list as a whole, its versions, and those of a client."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from nimbus.access.keys import issue
from nimbus.accounts.client import Client
from nimbus.db import ids
from nimbus.operations.read import history
from tests.conftest import World
from tests.scoring.asking import LEADERS, MODEL, RULE, TIERS, Api, given
from tests.scoring.people import add_people, scored_rows, work_all


def test_a_list_is_replaced_and_everybody_scored(alice: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 10)
    answer = alice.put(TIERS, {"data": [RULE]})
    (rule,) = answer["data"]
    assert rule | {"id": "", "version": 0} == {
        **RULE, "id": "", "version": 0, "sentence": "Seniority is Vice president or Director"
    }  # fmt: skip
    job = alice.get(f"/api/v1/jobs/{answer['meta']['job_id']}/")
    assert (job["status"], job["done"], job["total"]) == ("queued", 0, None)
    work_all(world)
    job = alice.get(f"/api/v1/jobs/{answer['meta']['job_id']}/")
    assert (job["status"], job["done"], job["total"]) == ("done", 10, 10)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        for row in scored_rows(tx):
            leads = row["seniority"] in ("vp", "director")
            assert row["icp_tier"] == ("A" if leads else "D")
            assert row["tier_rule_id"] == (ids.read("rule", rule["id"]) if leads else None)
        leading = sum(row["icp_tier"] == "A" for row in scored_rows(tx))
    (use,) = alice.get(f"{TIERS}{rule['id']}/references/")["data"]
    assert (use["kind"], use["count"]) == ("contacts", leading)


def test_versions_follow_what_changed(alice: Api) -> None:
    second = {"name": "Everyone", "tier": "B", "filter": {"and": []}}
    first, other = alice.put(TIERS, {"data": [RULE, second]})["data"]
    again = alice.put(TIERS, {"data": [first, other]})
    assert again["data"] == [first, other]
    assert again["meta"]["job_id"] is None
    moved = alice.put(TIERS, {"data": [other, {**first, "tier": "C"}]})
    assert moved["meta"]["job_id"]
    assert [rule["id"] for rule in moved["data"]] == [other["id"], first["id"]]
    assert [rule["version"] for rule in moved["data"]] == [1, 2]
    renamed = alice.put(TIERS, {"data": [{**other, "name": "All"}, moved["data"][1]]})
    assert renamed["data"][0]["version"] == 2
    assert renamed["meta"]["job_id"] is None, "a name scores nobody"


def test_the_log_keeps_before_and_after(alice: Api, world: World) -> None:
    (rule,) = alice.put(TIERS, {"data": [RULE]})["data"]
    alice.put(TIERS, {"data": [{**rule, "tier": "B"}]})
    alice.put(TIERS, {"data": []})
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        gone, changed, made = history(tx, ids.read("rule", rule["id"]))
    assert (made.kind, made.before, made.operation, made.through) == (
        "created", None, "rules.save", "api"
    )  # fmt: skip
    assert made.after == {**RULE, "position": 0, "version": 1}
    assert (changed.before, changed.after) == (
        {"tier": "A", "version": 1}, {"tier": "B", "version": 2}
    )  # fmt: skip
    assert (gone.kind, gone.after) == ("deleted", None)
    assert gone.before == {**RULE, "tier": "B", "position": 0, "version": 2}


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"id": "rule_01h455vb4pex5vsknk084sn02q"}, "data[1].id"),
        ({"id": "nonsense"}, "data[1].id"),
        ({"name": ""}, "data[1].name"),
        ({"name": " "}, "data[1].name"),
        ({"tier": "E"}, "data[1].tier"),
        ({"filter": {"and": [LEADERS, {**LEADERS, "op": "near"}]}}, "data[1].filter.and[1].op"),
        ({"filter": {**LEADERS, "field": "senority"}}, "data[1].filter.field"),
        ({"filter": {"field": "lead_score", "op": "gte", "value": 5}}, "data[1].filter.field"),
        ({"filter": "everyone"}, "data[1].filter"),
        ({"filtre": {}}, "data[1].filtre"),
    ],
)
def test_refusals_name_the_place_and_change_nothing(
    alice: Api, rule: dict[str, Any], field: str
) -> None:
    before = alice.get(TIERS)
    refused = alice.put(TIERS, {"data": [RULE, RULE | rule]}, 400)
    assert refused["error"]["field"] == field
    assert alice.get(TIERS) == before


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("is_enriched", "eq", True), ("enriched_at", "is_not_empty", None),
        ("assignment.state", "eq", "active"), ("suppression.reason", "is_not_empty", None),
        ("events.opened.count", "gte", 1), ("tasks.open", "eq", True),
        ("personalization.status", "is_not_empty", None),
    ],
)  # fmt: skip
def test_what_lies_beside_the_contact_is_for_segments(
    alice: Api, field: str, op: str, value: Any
) -> None:
    """Decision 38: it changes without the contact, whose tier would be old."""
    asked = {"field": field, "op": op} | ({} if value is None else {"value": value})
    refused = alice.put(TIERS, {"data": [{**RULE, "filter": asked}]}, 400)["error"]
    assert refused["field"].endswith("filter.field"), refused
    assert "Ask for it in a segment" in refused["message"]


def test_a_name_is_one_line_that_can_be_stored(alice: Api) -> None:
    odd = "Le\0aders\n of\u202e sales"
    assert (
        alice.put(TIERS, {"data": [RULE | {"name": odd}]})["data"][0]["name"] == "Leaders  of sales"
    )
    body = given(alice.get(MODEL))
    body["rules"][0]["name"] = odd
    assert alice.put(MODEL, body)["rules"][0]["name"] == "Leaders  of sales"


def test_a_rule_stands_in_the_list_once(alice: Api) -> None:
    (rule,) = alice.put(TIERS, {"data": [RULE]})["data"]
    refused = alice.put(TIERS, {"data": [rule, rule]}, 400)
    assert refused["error"]["field"] == "data[1].id"


def test_a_clients_own_rules(alice: Api, world: World, agency_client: Client) -> None:
    client = {"client_id": agency_client.shown_id}
    inherited = alice.get(TIERS, **client)
    assert inherited["meta"]["client_id"] is None
    assert inherited["data"] == alice.get(TIERS)["data"]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 4, seniority="vp", department="sales")
        add_people(tx, 4, client_id=agency_client.id, seniority="vp", department="sales")
    begun = alice.put(TIERS, inherited, **client)
    assert not {rule["id"] for rule in begun["data"]} & {rule["id"] for rule in inherited["data"]}
    assert alice.get(TIERS)["data"] == inherited["data"], "the workspace keeps its own"
    alice.put(TIERS, inherited, 400, **client)
    own = alice.put(TIERS, {"data": [RULE | {"tier": "C"}]}, **client)
    assert own["meta"]["client_id"] == agency_client.shown_id
    work_all(world)
    assert tiers_of(world, agency_client.id) == {"C"}
    assert tiers_of(world, None) == {"A", "B"}
    back = alice.delete(TIERS, **client)
    assert (back["data"], back["meta"]["client_id"]) == (inherited["data"], None)
    assert back["meta"]["job_id"]
    work_all(world)
    assert tiers_of(world, agency_client.id) == {"A", "B"}
    assert alice.delete(TIERS, **client)["meta"]["job_id"] is None
    assert alice.delete(TIERS, 400)["error"]["field"] == "client_id"


def tiers_of(world: World, client_id: UUID | None) -> set[str | None]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return {row["icp_tier"] for row in scored_rows(tx) if row["client_id"] == client_id}


def test_a_key_of_one_client_changes_only_that_clients(
    http: TestClient, world: World, agency_client: Client
) -> None:
    who = world.alice.who
    with world.door.workspace(who.workspace_id) as tx:
        _, key = issue(tx, who, "Globex only", ["scoring:read", "settings:write"], agency_client.id)
    limited = Api(http, {"Authorization": f"Bearer {key}"})
    assert limited.put(TIERS, {"data": []}, 403)["error"]["field"] == "client_id"
    limited.put(TIERS, {"data": [RULE]}, client_id=agency_client.shown_id)
    limited.put(MODEL, given(limited.get(MODEL)), 403)
