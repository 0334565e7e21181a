"""What tier rules and scoring models have in common over the API: whole documents, and the job."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.accounts.client import Client
from nimbus.scoring.read import model
from tests.conftest import World
from tests.scoring.asking import MODEL, RULE, TIERS, Api, given


@pytest.mark.parametrize("path", [TIERS, MODEL])
def test_what_is_answered_can_be_sent_back(alice: Api, agency_client: Client, path: str) -> None:
    at = [{}, {"client_id": agency_client.shown_id}]
    for params in [*at, *at]:  # The second time the client has its own.
        shown = alice.get(path, **params)
        back = alice.put(path, shown, **params)
        again = alice.get(path, **params)
        for answer in (back, again):
            if path == TIERS and not params:
                assert answer["data"] == shown["data"], "the same rules, of the same version"
            rules = "data" if path == TIERS else "rules"
            assert [told(rule) for rule in answer[rules]] == [told(rule) for rule in shown[rules]]
    own = alice.get(path, client_id=agency_client.shown_id)
    whose = own["meta"] if path == TIERS else own
    assert whose["client_id"] == agency_client.shown_id
    refused = alice.put(path, own, 400)["error"]
    assert refused["field"] == ("meta.client_id" if path == TIERS else "client_id")


def told(rule: dict[str, Any]) -> dict[str, Any]:
    """What a rule says, whoever's it is."""
    return {name: rule[name] for name in ("name", "filter", "sentence")}


@pytest.mark.parametrize(
    ("path", "place", "field"),
    [
        (TIERS, (), "nobody"), (TIERS, ("data", 0), "data[0].nobody"),
        (MODEL, (), "nobody"), (MODEL, ("rules", 0), "rules[0].nobody"),
        (MODEL, ("weights",), "weights.nobody"), (MODEL, ("thresholds",), "thresholds.nobody"),
    ],
)  # fmt: skip
def test_any_other_member_is_refused_by_its_name(
    alice: Api, path: str, place: tuple[str | int, ...], field: str
) -> None:
    body = at = alice.get(path)
    for step in place:
        at = at[step]
    at["nobody"] = "knows"
    error = alice.put(path, body, 400)["error"]
    assert (error["code"], error["field"]) == ("validation_error", field)


@pytest.mark.parametrize("path", [TIERS, MODEL])
def test_anonymous_bob_and_charlie(
    http: TestClient, world: World, agency_client: Client, path: str
) -> None:
    assert http.get(path).status_code == 401
    assert http.put(path, json={}).status_code == 401
    bob, charlie = Api(http, world.bob.headers), Api(http, world.charlie.headers)
    shown = bob.get(path)
    body = {"data": []} if path == TIERS else given(shown)
    assert bob.put(path, body, 403)["error"]["scope"] == "settings:write"
    bob.delete(path, 403)
    for id in (agency_client.shown_id, "client_01h455vb4pex5vsknk084sn02q", "nonsense"):
        assert charlie.get(path, 404, client_id=id)["error"]["code"] == "not_found"
        charlie.put(path, body, 404, client_id=id)
        charlie.delete(path, 404, client_id=id)
    charlie.put(path, body)
    assert bob.get(path) == shown


def test_a_job_is_its_workspaces_own(http: TestClient, alice: Api, world: World) -> None:
    job = alice.put(TIERS, {"data": []})["meta"]["job_id"]
    assert http.get(f"/api/v1/jobs/{job}/").status_code == 401
    charlie = Api(http, world.charlie.headers)
    unknown = charlie.get("/api/v1/jobs/job_01h455vb4pex5vsknk084sn02q/", 404)
    assert charlie.get(f"/api/v1/jobs/{job}/", 404) == unknown
    assert Api(http, world.bob.headers).get(f"/api/v1/jobs/{job}/")["kind"] == "scoring.rescore"


def test_a_custom_field_can_be_scored_and_renamed_under_the_rule(
    http: TestClient, alice: Api, world: World
) -> None:
    """Stored rules name fields by id (S0-41)."""
    http.post("/api/v1/custom-fields/", headers=alice.headers,
              json={"name": "stage", "field_type": "dropdown", "options": ["Won"]})  # fmt: skip
    asked = {"field": "custom.stage", "op": "eq", "value": "Won"}
    alice.put(TIERS, {"data": [RULE | {"filter": asked}]})
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update custom_field set name = 'phase' where workspace_id = %s", [tx.workspace_id])
        assert model(tx)
    assert alice.get(TIERS)["data"][0]["filter"] == {**asked, "field": "custom.phase"}
