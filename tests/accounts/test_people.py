"""People have a role that may be changed, and are let go (D-33)."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from nimbus.access import keys, scopes_of, sessions
from nimbus.access.who import Who
from tests.accounts.joining import HERE, NEW, alone, invited, kinds, role_of, shown
from tests.conftest import PASSWORD, World, logged_in


def test_nobody_gives_or_takes_more_than_they_have(world: World, http: TestClient) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        admin = Who("person", tx.workspace_id, "A", world.bob.who.id, scopes_of("admin"))
        _, key = keys.issue(tx, admin, "an admin's")
        few = issued(tx, world, ["people:write", "people:read"])
    headers = {"authorization": f"Bearer {key}"}
    for role, status in (("owner", 403), ("compliance", 403), ("admin", 201), ("viewer", 201)):
        body = {"email": f"{role}@new.test", "role": role}
        answer = http.post("/api/v1/invitations/", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        if status == 403:
            assert answer.json()["error"]["field"] == "role"
    alice, bob = (f"/api/v1/people/{shown(one)}/" for one in (world.alice, world.bob))
    assert http.patch(alice, json={"role": "viewer"}, headers=headers).status_code == 403
    assert http.delete(alice, headers=headers).status_code == 403
    assert http.patch(bob, json={"role": "owner"}, headers=headers).status_code == 403
    assert http.patch(bob, json={"role": "member"}, headers=headers).json()["role"] == "member"
    weak = {"authorization": f"Bearer {few}"}
    assert http.post("/api/v1/invitations/", json=NEW, headers=weak).status_code == 403
    assert len(http.get("/api/v1/people/", headers=weak).json()["data"]) == 2


def issued(tx: Any, world: World, scopes: list[str]) -> str:
    return keys.issue(tx, world.alice.who, "few", scopes)[1]


def test_an_owner_is_left(world: World, http: TestClient, browser_of) -> None:
    browser = browser_of(world.alice)
    me, bob = (f"{HERE}/{shown(one)}" for one in (world.alice, world.bob))
    for answer in (
        browser.post(me, data={"role": "admin"}), browser.post(f"{me}/removal"),
    ):  # fmt: skip
        assert (answer.status_code, "the only owner" in answer.text) == (409, True)
    assert (
        browser.post(bob, data={"role": "owner"})
        .headers["location"]
        .startswith(f"{bob}?saved=role")
    )
    assert role_of(world, world.bob.email) == "owner"
    assert (
        browser.post(me, data={"role": "viewer"})
        .headers["location"]
        .startswith(f"{HERE}?saved=role")
    )
    assert browser.post(bob, data={"role": "viewer"}).status_code == 403
    assert kinds(world, world.bob.who.id) == ["person.role"]


def test_who_may_do_less_keeps_no_key_that_may_more(
    world: World, http: TestClient, browser_of
) -> None:
    browser = browser_of(world.alice)
    bob = f"{HERE}/{shown(world.bob)}"
    browser.post(bob, data={"role": "admin"})
    bobs = {"workspace": world.alice.who.workspace_id, "bob": world.bob.who.id}
    with world.door.workspace(bobs["workspace"]) as tx:
        who = Who("person", tx.workspace_id, "Bob", bobs["bob"], scopes_of("admin"))
        wide_id, wide = keys.issue(tx, who, "wide")
        own = Who("key", tx.workspace_id, "wide", wide_id, who.scopes)
        _, child = keys.issue(tx, own, "made by a key", ["keys:write"])
        _, narrow = keys.issue(tx, who, "narrow", ["contacts:read"])
    made = http.post("/api/v1/invitations/", json=NEW, headers=bearer(wide))
    assert made.status_code == 201
    path = made.json()["url"].removeprefix("http://testserver")
    browser.post(bob, data={"role": "member"})
    assert [status(http, one) for one in (wide, child, narrow)] == [401, 401, 200]
    assert alone(http).get(path).status_code == 404, "the invitation went with its key"


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def status(http: TestClient, key: str) -> int:
    answer = http.get("/api/v1/contacts/", headers=bearer(key))
    return 401 if answer.status_code == 401 else 200


def test_who_is_removed_is_out_at_once(world: World, http: TestClient, browser_of) -> None:
    settings = world.instance.settings
    session = logged_in(world.door, settings, world.bob.email, PASSWORD, "::1")
    login = {"email": world.bob.email, "password": PASSWORD}
    token = http.post("/api/v1/auth/token/", json=login).json()
    browser = browser_of(world.alice)
    bob = f"{HERE}/{shown(world.bob)}"
    assert "no longer open Acme" in browser.get(f"{bob}/removal").text
    assert browser.post(f"{bob}/removal").headers["location"].startswith(f"{HERE}?saved=removed")
    assert role_of(world, world.bob.email) is None
    assert sessions.identify(world.door, session) is None
    for credential in (world.bob.key, token["access_token"]):
        assert http.get("/api/v1/people/", headers=bearer(credential)).status_code == 401
    spent = {"refresh_token": token["refresh_token"]}
    assert http.post("/api/v1/auth/refresh/", json=spent).status_code == 401
    assert browser.get(bob).status_code == 404
    assert kinds(world, world.bob.who.id) == ["person.remove"]
    # Back again, nothing of what ended lives on.
    path = invited(browser, email=world.bob.email)
    assert alone(http).post(path, data={"password": PASSWORD}).status_code == 303
    assert role_of(world, world.bob.email) == "member"
    assert sessions.identify(world.door, session) is None
    assert http.get("/api/v1/people/", headers=world.bob.headers).status_code == 401


def test_a_key_of_one_client_changes_nobody(world: World, http: TestClient) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true")
        _, key = keys.issue(tx, world.alice.who, "one client's", None, world.alice.client.id)
    bob = f"/api/v1/people/{shown(world.bob)}/"
    for method, path, body in (
        ("POST", "/api/v1/invitations/", NEW), ("PATCH", bob, {"role": "member"}),
        ("DELETE", bob, None),
    ):  # fmt: skip
        refused = http.request(method, path, json=body, headers=bearer(key))
        assert (refused.status_code, "limited to one client" in refused.text) == (403, True)
