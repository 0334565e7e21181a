"""The API of workspace, clients and keys, as Alice, Bob and Charlie see it (D-14, D-25, D-33)."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from nimbus.access import SCOPES
from nimbus.db import ids
from nimbus.operations.read import history
from tests.conftest import Person, World

ROUTES = [
    ("GET", "/api/v1/workspace/"), ("GET", "/api/v1/clients/"), ("POST", "/api/v1/clients/"),
    ("GET", "/api/v1/keys/"), ("POST", "/api/v1/keys/"),
    ("DELETE", "/api/v1/keys/key_01h455vb4pex5vsknk084sn02q/"),
]  # fmt: skip


def agency(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true")


def ask(http: TestClient, person: Person, method: str, path: str, json: object = None):
    return http.request(method, "/api/v1" + path, json=json, headers=person.headers)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_gets_in_without_a_key(http: TestClient, method: str, path: str) -> None:
    for headers in ({}, {"authorization": "Bearer nmb_nonsense"}, {"authorization": "Basic eDp5"}):
        refused = http.request(method, path, headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.json()["error"]["code"] == "authentication_required"


def test_a_key_learns_what_it_is_and_may(world: World, http: TestClient) -> None:
    found = ask(http, world.alice, "GET", "/workspace/").json()
    assert found["id"] == ids.show("ws", world.alice.who.workspace_id)
    assert (found["name"], found["agency"]) == ("Acme", False)
    assert found["contacts"] == {"count": 0, "soft_limit": 1_000_000, "hard_limit": None}
    assert found["key"]["scopes"] == sorted(SCOPES)
    assert ask(http, world.bob, "GET", "/workspace/").json()["key"]["scopes"] == sorted(
        world.bob.who.scopes
    )


def test_clients_are_listed_and_made(world: World, http: TestClient) -> None:
    before = ask(http, world.alice, "GET", "/clients/").json()
    assert before["meta"] == {"total_count": 1}
    assert before["data"][0]["id"] == ids.show("client", world.alice.client.id)
    body = {"name": " Northwind ", "assignment_days": 30, "priority": 70}
    assert ask(http, world.alice, "POST", "/clients/", body).status_code == 409
    agency(world)
    made = ask(http, world.alice, "POST", "/clients/", body)
    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], **body, "name": "Northwind"}
    assert ask(http, world.alice, "POST", "/clients/", body).json()["error"]["field"] == "name"
    plain = ask(http, world.alice, "POST", "/clients/", {"name": "Kestrel"}).json()
    assert (plain["assignment_days"], plain["priority"]) == (90, 50)
    assert ask(http, world.bob, "GET", "/clients/").json()["meta"] == {"total_count": 3}
    assert ask(http, world.charlie, "GET", "/clients/").json()["meta"] == {"total_count": 1}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"), ({"name": ""}, "name"), ({"name": "  "}, "name"), ({"name": 7}, "name"),
        ({"name": "x" * 101}, "name"), ({"name": "a\0b"}, "name"), ({"name": "a\nb"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"name": "N", "assignment_days": 0}, "assignment_days"),
        ({"name": "N", "assignment_days": 3651}, "assignment_days"),
        ({"name": "N", "assignment_days": 2**70}, "assignment_days"),
        ({"name": "N", "priority": 0}, "priority"), ({"name": "N", "priority": 101}, "priority"),
    ],
)  # fmt: skip
def test_a_client_that_cannot_be_is_refused_at_its_field(
    world: World, http: TestClient, body: dict[str, object], field: str
) -> None:
    agency(world)
    headers = world.alice.headers | {"content-type": "application/json"}
    refused = http.post("/api/v1/clients/", content=json.dumps(body), headers=headers)
    assert refused.status_code == 400, refused.text
    assert refused.json()["error"]["field"] == field


def test_a_key_is_made_shown_once_and_revoked(world: World, http: TestClient) -> None:
    body = {"name": "Nightly sync", "scopes": ["contacts:write", "contacts:read"]}
    made = ask(http, world.alice, "POST", "/keys/", body)
    assert made.status_code == 201
    key = made.json()["key"]
    listed = ask(http, world.alice, "GET", "/keys/")
    assert key not in listed.text
    entry = next(one for one in listed.json()["data"] if one["id"] == made.json()["id"])
    assert entry["scopes"] == ["contacts:read", "contacts:write"]
    assert entry["hint"] == f"nmb_…{key[-4:]}"
    mine = {"authorization": f"Bearer {key}"}
    assert http.get("/api/v1/workspace/", headers=mine).status_code == 200
    assert http.get("/api/v1/keys/", headers=mine).json()["error"]["scope"] == "keys:write"
    gone = ask(http, world.alice, "DELETE", f"/keys/{entry['id']}/")
    assert (gone.status_code, gone.content) == (204, b"")
    assert http.get("/api/v1/workspace/", headers=mine).status_code == 401
    assert ask(http, world.alice, "DELETE", f"/keys/{entry['id']}/").status_code == 404


def test_a_key_never_exceeds_its_maker(world: World, http: TestClient) -> None:
    body = {"name": "Maker", "scopes": ["keys:write", "contacts:read"]}
    maker = ask(http, world.alice, "POST", "/keys/", body).json()["key"]
    body = {"name": "Greedy", "scopes": ["contacts:write"]}
    refused = http.post("/api/v1/keys/", json=body, headers={"authorization": f"Bearer {maker}"})
    assert refused.status_code == 403
    assert refused.json()["error"]["field"] == "scopes"
    assert ask(http, world.alice, "POST", "/keys/", {"name": "N", "scopes": []}).status_code == 400


def test_a_key_can_be_limited_to_a_client_of_the_workspace_only(
    world: World, http: TestClient
) -> None:
    agency(world)
    mine, theirs = (ids.show("client", one.client.id) for one in (world.alice, world.charlie))
    body = {"name": "N", "scopes": ["contacts:read", "keys:write"]}
    made = ask(http, world.alice, "POST", "/keys/", body | {"client_id": mine}).json()
    assert made["client_id"] == mine
    answers = [
        ask(http, world.alice, "POST", "/keys/", body | {"client_id": id})
        for id in (theirs, ids.show("client", world.bob.who.workspace_id))
    ]
    assert {one.status_code for one in answers} == {400}
    assert answers[0].text == answers[1].text, "not yours is like not there"
    limited = {"authorization": f"Bearer {made['key']}"}
    next_one = http.post("/api/v1/keys/", json=body, headers=limited).json()
    assert next_one["client_id"] == mine, "a limit is handed on"


def test_a_limited_key_reaches_only_keys_like_it_and_makes_no_client(
    world: World, http: TestClient
) -> None:
    agency(world)
    mine = ids.show("client", world.alice.client.id)
    scopes = ["keys:write", "settings:write", "contacts:read"]
    body = {"name": "Limited", "scopes": scopes, "client_id": mine}
    limited = ask(http, world.alice, "POST", "/keys/", body).json()
    headers = {"authorization": f"Bearer {limited['key']}"}
    everything = ask(http, world.alice, "GET", "/keys/").json()["data"]
    assert len(everything) == 3
    seen = http.get("/api/v1/keys/", headers=headers).json()
    assert [key["id"] for key in seen["data"]] == [limited["id"]]
    assert seen["meta"] == {"total_count": 1}
    for key in everything:
        if key["id"] != limited["id"]:
            refused = http.delete(f"/api/v1/keys/{key['id']}/", headers=headers)
            assert refused.status_code == 404
    made = http.post("/api/v1/clients/", json={"name": "Another"}, headers=headers)
    assert (made.status_code, made.json()["error"]["code"]) == (403, "forbidden")
    assert http.get("/api/v1/contacts/", headers=headers).status_code == 200
    assert http.delete(f"/api/v1/keys/{limited['id']}/", headers=headers).status_code == 204


def test_bob_may_look_but_not_touch(world: World, http: TestClient) -> None:
    agency(world)
    assert ask(http, world.bob, "GET", "/clients/").status_code == 200
    for method, path in ROUTES[2:]:
        body = {"name": "N", "scopes": ["contacts:read"]}
        refused = http.request(method, path, json=body if method == "POST" else None,
                               headers=world.bob.headers)  # fmt: skip
        assert refused.status_code == 403, path
        assert refused.json()["error"]["code"] == "forbidden"


def test_acmes_keys_do_not_exist_for_charlie(world: World, http: TestClient) -> None:
    listed = ask(http, world.alice, "GET", "/keys/").json()["data"]
    unknown = ask(http, world.charlie, "DELETE", "/keys/key_01h455vb4pex5vsknk084sn02q/")
    assert unknown.status_code == 404
    for id in [*(one["id"] for one in listed), "nonsense", "client_01h455vb4pex5vsknk084sn02q"]:
        refused = ask(http, world.charlie, "DELETE", f"/keys/{id}/")
        assert (refused.status_code, refused.content) == (404, unknown.content)
    assert len(ask(http, world.alice, "GET", "/keys/").json()["data"]) == len(listed)


def test_every_change_is_in_the_log_without_the_key(world: World, http: TestClient) -> None:
    agency(world)
    made = ask(http, world.alice, "POST", "/clients/", {"name": "Kestrel"}).json()
    key = ask(
        http, world.alice, "POST", "/keys/", {"name": "K", "scopes": ["contacts:read"]}
    ).json()
    ask(http, world.alice, "DELETE", f"/keys/{key['id']}/")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        [client] = history(tx, ids.read("client", made["id"]))
        revoked, created = history(tx, ids.read("key", key["id"]))
    assert (client.operation, client.kind, client.through) == ("client.create", "created", "api")
    assert client.after == {"name": "Kestrel", "assignment_days": 90, "priority": 50}
    assert (created.operation, revoked.operation) == ("key.create", "key.revoke")
    assert key["key"] not in repr((created, revoked))
