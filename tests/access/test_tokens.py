"""Access tokens: short, signed, and worth what their person may do at this moment (S3-03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import psycopg
import pytest
import time_machine
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.accounts.operate import rotate_signing_key, set_password
from nimbus.db import ids
from tests.conftest import PASSWORD, Person, World

AUTH, WORKSPACE = "/api/v1/auth", "/api/v1/workspace/"


class Caller:
    """Somebody's program."""

    def __init__(self, http: TestClient) -> None:
        self.http = http

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"{AUTH}/{path}/", json=body)

    def log_in(self, person: Person, **more: Any) -> dict[str, Any]:
        answer = self.post("token", email=person.email, password=PASSWORD, **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def status(self, token: str, path: str = WORKSPACE, method: str = "GET") -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return int(self.http.request(method, path, headers=headers).status_code)


@pytest.fixture
def caller(http: TestClient) -> Caller:
    return Caller(http)


def test_a_login_is_refreshed_until_it_is_revoked(world: World, caller: Caller) -> None:
    first = caller.log_in(world.alice)
    assert (first["token_type"], first["expires_in"]) == ("Bearer", 900)
    assert first["workspace_id"] == ids.show("ws", world.alice.who.workspace_id)
    told = caller.http.get(
        WORKSPACE, headers={"Authorization": f"Bearer {first['access_token']}"}
    ).json()
    assert told["key"]["id"].startswith("user_")
    assert set(told["key"]["scopes"]) == world.alice.who.scopes
    header = jwt.get_unverified_header(first["access_token"])
    assert set(header) == {"alg", "kid", "typ"}
    # It is over after a quarter of an hour; what it is refreshed with is good once.
    with time_machine.travel(clock.now() + timedelta(minutes=14)):
        assert caller.status(first["access_token"]) == 200
    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=1)):
        assert caller.status(first["access_token"]) == 401
        second = caller.post("refresh", refresh_token=first["refresh_token"]).json()
        assert caller.status(second["access_token"]) == 200
    third = caller.post("refresh", refresh_token=second["refresh_token"]).json()
    other = caller.log_in(world.alice)
    # A spent one that comes again ends all of its login at once, and nothing else.
    spent = caller.post("refresh", refresh_token=first["refresh_token"])
    assert (spent.status_code, spent.json()["error"]["field"]) == (401, "refresh_token")
    assert caller.post("refresh", refresh_token=third["refresh_token"]).status_code == 401
    assert caller.status(third["access_token"]) == 401
    assert caller.status(other["access_token"]) == 200
    for token in ("nmr_unknown", other["refresh_token"], other["refresh_token"]):
        assert caller.post("revoke", refresh_token=token).status_code == 204
    assert caller.status(other["access_token"]) == 401
    assert caller.post("refresh", refresh_token=other["refresh_token"]).status_code == 401
    # A login is over when a session would be, however often it was refreshed.
    last = caller.log_in(world.alice)
    almost = timedelta(days=world.instance.settings.session_days) - timedelta(minutes=1)
    with time_machine.travel(clock.now() + almost):
        last = caller.post("refresh", refresh_token=last["refresh_token"]).json()
    with time_machine.travel(clock.now() + almost + timedelta(minutes=2)):
        assert caller.status(last["access_token"]) == 401
        assert caller.post("refresh", refresh_token=last["refresh_token"]).status_code == 401
    with psycopg.connect(world.instance.logins.admin or "") as connection:
        kept = str(connection.execute("select * from refresh_token").fetchall())
    assert last["refresh_token"] not in kept


def test_what_it_may_follows_the_role(world: World, caller: Caller) -> None:
    bob = caller.log_in(world.bob)
    token, keys = bob["access_token"], "/api/v1/keys/"
    assert (caller.status(token), caller.status(token, keys)) == (200, 403)
    _set_role(world, world.bob, "admin")
    assert caller.status(token, keys) == 200
    _set_role(world, world.bob, None)
    assert caller.status(token) == 401
    assert caller.post("refresh", refresh_token=bob["refresh_token"]).status_code == 401
    answer = caller.post("token", email=world.bob.email, password=PASSWORD)
    assert answer.status_code == 401
    # Another workspace's id is refused like one that never was; and it is chosen among one's own.
    theirs = ids.show("ws", world.charlie.who.workspace_id)
    never = ids.show("ws", world.charlie.who.id)  # type: ignore[arg-type]
    login = {"email": world.alice.email, "password": PASSWORD}
    refused = [caller.post("token", **login, workspace=one) for one in (theirs, never)]
    assert [one.status_code for one in refused] == [404, 404]
    assert refused[0].content == refused[1].content
    assert caller.post("token", **login, workspace="ws_x").json()["error"]["field"] == "workspace"
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        tx.run("insert into membership (workspace_id, user_id, role) values (%s, %s, 'viewer')",
               [tx.workspace_id, world.alice.who.id])  # fmt: skip
    there = caller.log_in(world.alice, workspace=theirs)
    assert there["workspace_id"] == theirs
    assert caller.status(there["access_token"], keys) == 403
    set_password(world.instance, world.alice.email, "another good password")
    assert caller.status(there["access_token"]) == 401


def test_only_our_own_current_signature_counts(world: World, caller: Caller) -> None:
    token = caller.log_in(world.alice)["access_token"]
    header, claims = jwt.get_unverified_header(token), jwt.decode(
        token, options={"verify_signature": False}
    )  # fmt: skip
    key = world.instance.secrets.key(f"access token {header['kid']}")

    def signed(key: bytes | None = key, alg: str = "HS256", **other: Any) -> str:
        headers = {"kid": other.pop("kid", header["kid"])}
        return jwt.encode(
            {name: value for name, value in {**claims, **other}.items() if value is not None},
            key, alg, headers,
        )  # fmt: skip

    assert caller.status(signed()) == 200
    nobody = str(world.alice.who.id)
    body, mark = token.rsplit(".", 1)
    forged = {
        "unsigned": signed(None, "none"),
        "another key": signed(b"x" * 32),
        "another algorithm": signed(key * 2, "HS512"),
        "a key that never was": signed(
            world.instance.secrets.key(f"access token {nobody}"), kid=nobody
        ),
        "a name that is none": signed(kid="../../etc/passwd"),
        "without an end": signed(exp=None),
        "for somebody else": signed(aud="others"),
        "another login": signed(sid=nobody),
        "no login": signed(sid=None),
        "a login that is none": signed(sid="x"),
        "changed": f"{body}.{'A' if mark[0] != 'A' else 'B'}{mark[1:]}",
        "nonsense": "a.b.c",
        "nothing": "..",
    }
    assert {what: caller.status(one) for what, one in forged.items()} == dict.fromkeys(forged, 401)
    # A new key signs from now on; the old one's tokens are good until they are over.
    rotate_signing_key(world.instance, at_once=False)
    later = caller.log_in(world.alice)["access_token"]
    assert jwt.get_unverified_header(later)["kid"] != header["kid"]
    assert (caller.status(token), caller.status(later)) == (200, 200)
    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=1)):
        assert caller.status(signed(exp=clock.now() + timedelta(hours=1))) == 401
    rotate_signing_key(world.instance, at_once=True)
    assert (caller.status(token), caller.status(later)) == (401, 401)
    assert caller.status(caller.log_in(world.alice)["access_token"]) == 200


def test_guessing_is_braked_with_the_logins_of_pages(world: World, caller: Caller) -> None:
    allowed = world.instance.settings.login_attempts
    for nth in range(allowed):
        if nth % 2:
            answer = caller.post("token", email=world.alice.email, password="wrong password")
        else:
            form = {"email": world.alice.email, "password": "wrong password"}
            same = {"sec-fetch-site": "same-origin"}
            answer = caller.http.post("/login", data=form, headers=same)
        assert answer.status_code == 401
    answer = caller.post("token", email=world.alice.email, password=PASSWORD)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    unknown = caller.post("token", email="nobody@acme.test", password="x")
    assert unknown.status_code == 401
    for body in ({}, {"email": "a@b.c", "password": "x", "also": 1}, {"email": 1, "password": "x"}):
        assert caller.post("token", **body).status_code == 400
    headers = {"content-type": "text/plain"}
    answer = caller.http.post(f"{AUTH}/token/", content=b"{}", headers=headers)
    assert answer.json()["error"]["field"] == "Content-Type"
    assert caller.http.post(f"{AUTH}/token/?a=1", json={}).json()["error"]["field"] == "a"


def _set_role(world: World, person: Person, role: str | None) -> None:
    with world.door.workspace(person.who.workspace_id) as tx:
        values = [tx.workspace_id, person.who.id]
        if role is None:
            tx.run("delete from membership where workspace_id = %s and user_id = %s", values)
        else:
            tx.run("update membership set role = %s where workspace_id = %s and user_id = %s",
                   [role, *values])  # fmt: skip
