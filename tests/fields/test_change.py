"""Changing and deleting a field: values, rules, mappings and everything that names it follow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb
from starlette.testclient import TestClient

from nimbus.contacts.writing import values
from nimbus.db import ids
from nimbus.jobs import job
from nimbus.operations.read import history
from tests.conftest import World
from tests.contacts.contact_rows import add_contact, add_import
from tests.scoring.people import work_all

FIELDS = "/api/v1/custom-fields/"


class Alice:
    """Her program: the API, and the contacts that hold values."""

    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.world = http, world

    def call(self, method: str, path: str, status: int = 200, **asked: Any) -> Any:
        answer = self.http.request(method, path, headers=self.world.alice.headers, **asked)
        assert answer.status_code == status, answer.text
        return answer.json()

    def field(self, name: str, field_type: str, options: list[str] | None = None) -> str:
        body = {"name": name, "field_type": field_type, "options": options or []}
        made: str = self.call("POST", FIELDS, 201, json=body)["id"]
        return made

    def change(self, field: str, status: int = 200, *, ask: str = "", **body: Any) -> Any:
        return self.call("PATCH", f"{FIELDS}{field}/{ask}", status, json=body)

    def person(self, field: str, value: Any, **columns: Any) -> UUID:
        held = {str(ids.read("cf", field)): value}
        with self.world.door.workspace(self.world.alice.who.workspace_id) as tx:
            return add_contact(tx, custom=Jsonb(held), **columns)

    def holds(self, contact: UUID) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/api/v1/contacts/{ids.show('cont', contact)}/")
        return {**found["custom_fields"], "tier": found["icp_tier"]}


@pytest.fixture
def alice(http: TestClient, world: World) -> Alice:
    return Alice(http, world)


def kinds(references: dict[str, Any]) -> dict[str, int]:
    return {one["kind"]: one["count"] for one in references["data"]}


def stage_rule(value: str, key: str = "custom.stage") -> dict[str, Any]:
    filter = {"field": key, "op": "in", "value": [value, "New"]}
    return {"name": "Stage", "tier": "A", "filter": filter}


def test_a_field_with_all_that_uses_it(alice: Alice) -> None:
    stage = alice.field("stage", "dropdown", ["New", "Live", "Old"])
    live = alice.person(stage, "Live")
    trashed = alice.person(stage, "Live", is_deleted=True)
    model = alice.call("GET", "/api/v1/scoring-model/")
    rule = {"component": "fit", "name": "Is live", "points": 7,
            "filter": {"field": "custom.stage", "op": "eq", "value": "Live"}}  # fmt: skip
    alice.call("PUT", "/api/v1/icp-tier-rules/", json={"data": [stage_rule("Live")]})
    alice.call(
        "PUT", "/api/v1/scoring-model/",
        json={"weights": model["weights"], "thresholds": model["thresholds"], "rules": [rule]},
    )  # fmt: skip
    mapping = {"name": "Show", "columns": [
        {"header": "Email", "field": "email"}, {"header": "Stage", "field": "custom.stage"},
    ]}  # fmt: skip
    alice.call("POST", "/api/v1/field-mappings/", 201, json=mapping)
    work_all(alice.world)
    assert alice.holds(live) == {"stage": "Live", "tier": "A"}

    # What uses it is told, and holds its deletion up.
    used = {"contacts": 2, "tier_rule": 1, "scoring_rule": 1, "field_mapping": 1}
    assert kinds(alice.call("GET", f"{FIELDS}{stage}/references/")) == used
    refused = alice.call("DELETE", f"{FIELDS}{stage}/", 409)["error"]
    assert (refused["code"], len(refused["references"])) == ("in_use", 4)

    # Names: of the field, and of an option.
    alice.change(stage, fallback_value="live")
    done = alice.change(
        stage, name="phase", display_label="Phase", rename_options={"Live": "Active"}
    )
    assert (done["options"], done["meta"]["contacts"]) == (["New", "Active", "Old"], 2)
    assert done["fallback_value"] == "Active"
    assert alice.holds(live) == {"phase": "Active", "tier": "A"}
    assert alice.holds(trashed)["phase"] == "Active"
    rules = alice.call("GET", "/api/v1/icp-tier-rules/")["data"]
    assert rules[0]["filter"] == stage_rule("Active", "custom.phase")["filter"]
    scored = alice.call("GET", "/api/v1/scoring-model/")
    assert scored["rules"][0]["filter"]["value"] == "Active"
    saved = alice.call("GET", "/api/v1/field-mappings/")["data"][0]
    assert saved["columns"][1]["field"] == "custom.phase"
    with alice.world.door.workspace(alice.world.alice.who.workspace_id) as tx:
        told = next(entry for entry in history(tx, live) if entry.kind == "updated")
        before, after = told.before or {}, told.after or {}
        assert (*before["custom"].values(), *after["custom"].values()) == ("Live", "Active")
        assert {entry.operation for entry in history(tx, ids.read("cf", stage))} == {
            "field.create", "field.change",
        }  # fmt: skip

    # An option that goes: told first, then the rules say what they said of nobody.
    assert alice.change(stage, 400, options=["New", "Old"])["error"]["field"] == "fallback_value"
    alice.change(stage, fallback_value=None)
    refused = alice.change(stage, 409, options=["New", "Old"])["error"]
    assert {one["kind"] for one in refused["references"]} == {
        "contacts", "tier_rule", "scoring_rule",
    }  # fmt: skip
    refused = alice.change(stage, 409, field_type="string")["error"]
    assert (refused["code"], refused["field"]) == ("in_use", "field_type")
    alice.change(stage, ask="?force=true", options=["Old", "New"])
    work_all(alice.world)
    assert alice.holds(live) == {"tier": "D"}
    rules = alice.call("GET", "/api/v1/icp-tier-rules/")["data"]
    assert rules[0]["filter"]["value"] == ["New"]
    assert alice.call("GET", "/api/v1/scoring-model/")["version"] == scored["version"] + 1

    # The field itself.
    newer = alice.person(stage, "New")
    alice.call("DELETE", f"{FIELDS}{stage}/?force=true")
    work_all(alice.world)
    assert alice.holds(newer) == {"tier": "D"}
    assert alice.call("GET", "/api/v1/icp-tier-rules/")["data"][0]["filter"] == {"not": {"and": []}}
    saved = alice.call("GET", "/api/v1/field-mappings/")["data"][0]
    assert saved["columns"][1]["field"] is None
    alice.call("GET", f"{FIELDS}{stage}/", 404)
    with alice.world.door.workspace(alice.world.alice.who.workspace_id) as tx:
        assert tx.column("select distinct custom from contact") == [{}]


def test_options_of_several_and_their_places(alice: Alice) -> None:
    alice.field("first", "string")
    likes = alice.field("likes", "multi_select", ["A", "B", "C"])
    both = alice.person(likes, ["C", "A", "B"])
    only = alice.person(likes, ["B"])
    done = alice.change(likes, rename_options={"A": "C"}, position=0)
    assert (done["options"], done["position"]) == (["C", "B"], 0)
    assert alice.holds(both)["likes"] == ["C", "B"]
    assert [one["name"] for one in alice.call("GET", FIELDS)["data"]] == ["likes", "first"]
    alice.change(likes, ask="?force=true", options=["C"])
    assert alice.holds(both)["likes"] == ["C"]
    assert "likes" not in alice.holds(only)
    for body, field in (
        ({"rename_options": {"X": "Y"}}, "rename_options.X"),
        ({"rename_options": {"C": " "}}, "rename_options.C"),
        ({"options": []}, "options"),
        ({"name": "Not a name"}, "name"),
        ({"display_label": ""}, "display_label"),
        ({"field_type": "text"}, "field_type"),
        ({"fallback_value": "Z"}, "fallback_value"),
    ):
        assert alice.change(likes, 400, **body)["error"]["field"] == field
    assert alice.change(likes, 409, name="first")["error"]["field"] == "name"
    assert "meta" in alice.change(likes)


def test_another_type_reads_the_values_anew(alice: Alice) -> None:
    size = alice.field("size", "string")
    people = [alice.person(size, text) for text in ("12", "1.234,5", "many", "many")]
    tried = alice.change(size, ask="?dry_run=true", field_type="number")
    assert tried["meta"]["examples"] == [{"value": "many", "contacts": 2}]
    assert (tried["meta"]["contacts"], tried["meta"]["failing"]) == (4, 2)
    refused = alice.change(size, 409, field_type="number")["error"]
    assert (refused["failing"], refused["field"]) == (2, "field_type")
    assert alice.holds(people[0])["size"] == "12"
    alice.change(size, ask="?force=true", field_type="number")
    assert [alice.holds(person).get("size") for person in people] == [12, 1234.5, None, None]
    with alice.world.door.workspace(alice.world.alice.who.workspace_id) as tx:
        entries = history(tx, people[2])
        (told,) = [entry for entry in entries if entry.kind == "updated"]
        assert [*(told.before or {})["custom"].values()] == ["many"]
    found = alice.call("GET", "/api/v1/contacts/?custom.size__gte=100")
    assert found["meta"]["total_count"] == 1
    alice.change(size, field_type="dropdown", options=["12", "1234.5"])
    assert [alice.holds(person).get("size") for person in people[:2]] == ["12", "1234.5"]
    alice.change(size, field_type="multi_select")
    assert alice.holds(people[0])["size"] == ["12"]


def test_many_contacts_are_a_job_that_survives(
    alice: Alice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "INLINE_LIMIT", 2)
    monkeypatch.setattr(values, "BATCH", 2)
    workspace = alice.world.alice.who.workspace_id
    stage = alice.field("stage", "dropdown", ["Live", "Old"])
    people = [alice.person(stage, "Live") for _ in range(5)]
    shown = alice.change(stage, rename_options={"Live": "Active"})["meta"]
    assert shown["contacts"] == 5
    job_id = ids.read("job", shown["job_id"])
    waiting = alice.change(stage, 409, rename_options={"Old": "Older"})["error"]
    assert "Wait" in waiting["message"]

    # A runner that is killed within its second batch: the first stays, the rest comes again.
    with alice.world.door.workspace(workspace) as tx:
        dead = job.begin(tx, job_id)
        task = tx.value("select task -> 'arguments' from job where id = %s", [job_id])
    works = [values.Work(**work) for work in task["works"]]
    operation = UUID(task["operation_id"])
    with alice.world.door.workspace(workspace) as tx:
        job.hold(tx, job_id, dead)
        assert values._batch(tx, job_id, operation, works)
    with alice.world.door.workspace(workspace) as tx:
        values._batch(tx, job_id, operation, works)
        tx.connection.rollback()
        tx.changes.clear()
    assert [alice.holds(person)["stage"] for person in people].count("Active") == 2
    work_all(alice.world)
    assert {alice.holds(person)["stage"] for person in people} == {"Active"}
    with alice.world.door.workspace(workspace) as tx:
        found = job.find(tx, job_id)
        assert found
        assert (found.status, found.done, found.total) == ("done", 5, 5)
        assert found.message == "5 contacts were changed"
    alice.change(stage, rename_options={"Old": "Older"})


def test_an_import_under_way_holds_values_up(alice: Alice) -> None:
    stage = alice.field("stage", "dropdown", ["Live", "Old"])
    with alice.world.door.workspace(alice.world.alice.who.workspace_id) as tx:
        found = add_import(tx, alice.world.alice.client.id, "people.csv", [])
        options = Jsonb({"defaults": {"custom.stage": "Live"}})
        tx.run("update import_job set options = %s, status = 'paused' where workspace_id = %s",
               [options, tx.workspace_id])  # fmt: skip
    refused = alice.change(stage, 409, name="phase")["error"]
    assert [one["id"] for one in refused["references"]] == [ids.show("imp", found)]
    alice.call("DELETE", f"{FIELDS}{stage}/?force=true", 409)
    alice.change(stage, display_label="Phase")
