"""Scoring models over the API: numbers, what is refused, and those of a client."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from nimbus.accounts.client import Client
from nimbus.db import ids
from nimbus.operations.read import history
from tests.conftest import World
from tests.scoring.asking import LEADERS, MODEL, Api, given
from tests.scoring.people import add_people, scored_rows, work_all


def test_a_model_is_a_new_version_and_the_old_one_stays(alice: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 5)
    first = alice.get(MODEL)
    assert (first["version"], first["client_id"], len(first["rules"])) == (1, None, 28)
    assert first["rules"][0]["sentence"].startswith("Seniority is C-level, Founder")
    same = alice.put(MODEL, given(first))
    assert (same["id"], same["job_id"]) == (first["id"], None)
    body = given(first) | {"weights": {"fit": 100, "engagement": 0, "intent": 0}}
    second = alice.put(MODEL, body)
    assert second["version"] == 2
    assert second["id"] != first["id"]
    assert second["job_id"]
    work_all(world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert {row["scoring_model_id"] for row in scored_rows(tx)} == {
            ids.read("model", second["id"])
        }
        rows = tx.rows("select version, is_current from scoring_model where workspace_id = %s "
                       "order by version", [tx.workspace_id])  # fmt: skip
        (entry,) = history(tx, ids.read("model", second["id"]))
    assert [(row["version"], row["is_current"]) for row in rows] == [(1, False), (2, True)]
    assert entry.before == {"weights": {"fit": 40, "engagement": 30, "intent": 30}}
    assert entry.after == {"weights": body["weights"]}


def test_a_number_is_never_given_again(alice: Api) -> None:
    first = given(alice.get(MODEL))
    new = {"component": "fit", "name": "New", "filter": LEADERS, "points": 3}
    added = given(alice.put(MODEL, {**first, "rules": [*first["rules"], new]}))
    assert added["rules"][-1]["number"] == 29
    alice.put(MODEL, first)
    again = given(alice.put(MODEL, {**first, "rules": [new, *first["rules"]]}))
    assert again["rules"][0]["number"] == 30, "29 was another rule"
    assert [rule["number"] for rule in again["rules"][1:]] == list(range(1, 29))
    refused = alice.put(MODEL, added, 400)
    assert refused["error"]["field"] == "rules[28].number"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weights": {"fit": 50, "engagement": 30, "intent": 30}}, "weights"),
        ({"weights": {"fit": 50, "engagement": 50}}, "weights.intent"),
        ({"weights": {"fit": 40.5, "engagement": 30, "intent": 30}}, "weights.fit"),
        ({"thresholds": {"A": 50, "B": 55, "C": 40, "D": 25}}, "thresholds"),
        ({"rules": None}, "rules"),
        ({"rules": [{"component": "fit", "name": "x", "filter": LEADERS, "points": 0}]},
         "rules[0].points"),
        ({"rules": [{"component": "luck", "name": "x", "filter": LEADERS, "points": 1}]},
         "rules[0].component"),
        ({"rules": [{"component": "fit", "name": "x", "filter": {"or": []}, "points": 1}]},
         "rules[0].filter.or"),
    ],
)  # fmt: skip
def test_a_model_that_breaks_a_rule_is_refused(
    alice: Api, change: dict[str, Any], field: str
) -> None:
    first = alice.get(MODEL)
    refused = alice.put(MODEL, given(first) | change, 400)
    assert refused["error"]["field"] == field
    assert alice.get(MODEL) == first


def test_a_clients_own_model(alice: Api, world: World, agency_client: Client) -> None:
    client = {"client_id": agency_client.shown_id}
    inherited = alice.get(MODEL, **client)
    assert inherited["client_id"] is None
    assert inherited == alice.get(MODEL)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 5)
        add_people(tx, 5, client_id=agency_client.id)
    own = alice.put(MODEL, given(inherited), **client)
    assert (own["client_id"], own["version"]) == (agency_client.shown_id, 1)
    assert alice.get(MODEL) == inherited
    work_all(world)
    assert models_of(world, agency_client.id) == {ids.read("model", own["id"])}
    assert models_of(world, None) == {ids.read("model", inherited["id"])}
    assert alice.delete(MODEL, **client)["id"] == inherited["id"]
    work_all(world)
    assert models_of(world, agency_client.id) == {ids.read("model", inherited["id"])}
    again = alice.put(MODEL, given(inherited), **client)
    assert again["version"] == 2
    assert alice.delete(MODEL, 400)["error"]["field"] == "client_id"


def models_of(world: World, client_id: UUID | None) -> set[UUID]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return {row["scoring_model_id"] for row in scored_rows(tx) if row["client_id"] == client_id}
