"""Saved mappings in the settings: told, renamed and deleted, and both undone."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from nimbus.access import keys
from nimbus.db import ids
from nimbus.imports import saved_mappings
from tests.conftest import World

HERE, API = "/settings/mappings", "/api/v1/field-mappings/"
MAPPING = {"name": "Webinar", "columns": [{"header": "E-Mail", "field": "email"},
           {"header": "Notes", "field": None}]}  # fmt: skip


def test_mappings_in_the_settings(http: TestClient, world: World, browser_of: Any) -> None:
    alice = browser_of(world.alice)
    assert "No field mappings yet" in alice.get(HERE).text
    made = http.post(API, json=MAPPING, headers=world.alice.headers).json()
    place = f"{HERE}/{made['id']}"

    def names() -> list[str]:
        listed = http.get(API, headers=world.alice.headers).json()["data"]
        return [one["name"] for one in listed]

    def undo(answer: Any) -> None:
        page = alice.get(answer.headers["location"]).text
        action = page.split('hx-post="/operations/')[1].split('"')[0]
        undone = alice.post(f"/operations/{action}", headers={"hx-request": "true"})
        assert undone.status_code == 200, undone.text

    assert "1 of 2" in alice.get(HERE).text
    page = alice.get(place).text
    assert "Left out" in page
    assert "E-Mail" in page
    assert alice.post(place, data={"name": " "}).status_code == 400
    assert alice.post(place, data={"name": "Webinar"}).headers["location"] == HERE
    renamed = alice.post(place, data={"name": "Spring webinar"})
    assert names() == ["Spring webinar"]
    undo(renamed)
    assert names() == ["Webinar"]
    deleted = alice.post(place + "/deletion")
    assert names() == []
    undo(deleted)
    assert http.get(API, headers=world.alice.headers).json()["data"] == [made]

    # The columns have another mapping by now.
    deleted = alice.post(place + "/deletion")
    http.post(API, json={**MAPPING, "name": "Newer"}, headers=world.alice.headers)
    undo(deleted)
    assert names() == ["Newer"]


def test_an_undo_is_undone_and_that_again(http: TestClient, world: World) -> None:
    made = http.post(API, json=MAPPING, headers=world.alice.headers).json()
    one = f"{API}{made['id']}/"

    def undo(operation: str) -> tuple[str, str]:
        """The undoing operation, and what it says."""
        answer = http.post(f"/api/v1/operations/{operation}/undo/", headers=world.alice.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["operation"]["id"], answer.json()["message"]

    def name() -> str | None:
        found = http.get(one, headers=world.alice.headers)
        return found.json()["name"] if found.status_code == 200 else None

    renamed = http.patch(one, json={"name": "Spring"}, headers=world.alice.headers)
    last = renamed.headers["nimbus-operation"]
    for wanted in ("Webinar", "Spring", "Webinar", "Spring"):
        last, words = undo(last)
        assert (name(), words) == (wanted, "1 field mapping went back.")

    deleted = http.delete(one, headers=world.alice.headers)
    last = deleted.headers["nimbus-operation"]
    for there, said in (("Spring", "went back"), (None, "was removed"), ("Spring", "went back")):
        last, words = undo(last)
        assert (name(), words) == (there, f"1 field mapping {said}.")


def test_bob_sees_them_and_charlie_does_not(
    http: TestClient, world: World, browser_of: Any
) -> None:
    made = http.post(API, json=MAPPING, headers=world.alice.headers).json()
    place = f"{HERE}/{made['id']}"
    bob = browser_of(world.bob)
    assert "Webinar" in bob.get(HERE).text
    assert "Delete mapping" not in bob.get(place).text
    for path in (place, place + "/deletion"):
        assert bob.post(path, data={"name": "x"}).status_code == 403
    charlie = browser_of(world.charlie)
    assert "Webinar" not in charlie.get(HERE).text
    assert charlie.get(place).status_code == 404
    for path in (place, place + "/deletion"):
        assert charlie.post(path, data={"name": "x"}).status_code == 404


def test_a_key_of_one_client_changes_none(http: TestClient, world: World) -> None:
    made = http.post(API, json=MAPPING, headers=world.alice.headers).json()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true")
        _, key = keys.issue(tx, world.alice.who, "one client's", None, world.alice.client.id)
    one = f"{API}{made['id']}/"
    for method, path, body in (
        ("POST", API, MAPPING), ("PATCH", one, {"name": "Mine"}), ("DELETE", one, None),
    ):  # fmt: skip
        refused = http.request(method, path, json=body, headers={"authorization": f"Bearer {key}"})
        assert (refused.status_code, "limited to one client" in refused.text) == (403, True)
    assert http.get(one, headers=world.alice.headers).json() == made


def test_what_another_changes_at_the_same_moment_stays(http: TestClient, world: World) -> None:
    made = http.post(API, json=MAPPING, headers=world.alice.headers).json()
    who = world.alice.who
    with world.door.workspace(who.workspace_id) as tx:
        seen = saved_mappings.one(tx, ids.read("fm", made["id"]))
    columns = [{"header": "E-Mail", "field": "email"}, {"header": "Notes", "field": "title"}]
    http.patch(f"{API}{made['id']}/", json={"columns": columns}, headers=world.alice.headers)
    with world.door.workspace(who.workspace_id) as tx:
        saved_mappings.change(tx, who, seen, "web", name="Autumn")
    now = http.get(f"{API}{made['id']}/", headers=world.alice.headers).json()
    assert now["name"] == "Autumn"
    assert now["columns"][1]["field"] == "title"
