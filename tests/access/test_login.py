"""Logging in and out: the words, the brake on guessing, the cookie, and other sites."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.access import passwords, sessions
from nimbus.accounts.login_pages import own_path
from nimbus.problems import Problem
from tests.conftest import PASSWORD, World

OURS = {"sec-fetch-site": "same-origin"}


def log_in(http: TestClient, email: str, password: str = PASSWORD, **more: str):
    data = {"email": email, "password": password, **more}
    return http.post("/login", data=data, headers=OURS)


def test_the_right_password_opens_the_door(world: World, http: TestClient) -> None:
    assert http.get("/settings").status_code == 303
    answer = log_in(http, "  Alice@Acme.test ")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    page = http.get("/settings")
    assert page.status_code == 200
    assert "alice@acme.test" in page.text
    assert http.get("/login").status_code == 303, "nobody logs in twice"


def test_the_cookie_is_for_us_alone(world: World, http: TestClient) -> None:
    cookie = log_in(http, world.alice.email).headers["set-cookie"]
    name, *flags = [part.strip().lower() for part in cookie.split(";")]
    assert name.startswith("nimbus_session=")
    assert {"httponly", "samesite=lax", "path=/"} <= set(flags)
    assert "secure" not in flags
    assert f"max-age={14 * 86_400}" in flags


def test_behind_tls_the_cookie_never_leaves_it(
    world: World, app: FastAPI, http: TestClient
) -> None:
    safe = world.instance.settings.model_copy(update={"secure_cookies": True})
    app.state.instance = replace(world.instance, settings=safe)
    assert "; Secure" in log_in(http, world.alice.email).headers["set-cookie"]


def test_only_a_hash_of_the_session_is_stored(world: World, http: TestClient) -> None:
    import psycopg

    token = log_in(http, world.alice.email).cookies[sessions.COOKIE]
    with psycopg.connect(world.instance.logins.admin or "") as connection:
        rows = connection.execute("select to_jsonb(s)::text from session s").fetchall()
    assert len(rows) == 1
    assert token not in rows[0][0]


def test_unknown_people_and_wrong_passwords_get_the_same_answer(
    world: World, http: TestClient
) -> None:
    wrong = log_in(http, world.alice.email, "not the password")
    unknown = log_in(http, "nobody@acme.test", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(world.alice.email, "X") == unknown.text.replace(
        "nobody@acme.test", "X"
    )
    assert "do not match" in wrong.text
    assert 'aria-invalid="true"' in wrong.text, "the error stands at its field"
    assert "set-cookie" not in wrong.headers
    assert "not the password" not in wrong.text


@pytest.mark.parametrize("email", ["alice@acme.test\0", "'; drop table app_user; --", "é" * 999])
def test_odd_input_is_refused_like_any_other(world: World, http: TestClient, email: str) -> None:
    assert log_in(http, email, "").status_code == log_in(http, "", email).status_code == 400
    assert log_in(http, email, "\0" * 2000).status_code == 401


def test_guessing_is_slowed_down_per_person_and_address(world: World, http: TestClient) -> None:
    for _ in range(world.instance.settings.login_attempts):
        assert log_in(http, world.alice.email, "wrong").status_code == 401
    refused = log_in(http, world.alice.email)
    assert refused.status_code == 429, "even the right password has to wait"
    assert "Too many failed attempts" in refused.text
    assert log_in(http, world.bob.email).status_code == 303, "others are not locked out"


def test_the_brake_comes_off_after_a_while(world: World) -> None:
    door, settings = world.door, world.instance.settings
    for _ in range(settings.login_attempts):
        with pytest.raises(Problem):
            sessions.prove(door, settings, world.alice.email, "wrong", "1.2.3.4")
    with pytest.raises(Problem) as refused:
        sessions.prove(door, settings, world.alice.email, PASSWORD, "1.2.3.4")
    assert refused.value.code == "rate_limited"
    sessions.prove(door, settings, world.alice.email, PASSWORD, "5.6.7.8")
    with time_moved(timedelta(minutes=16)):
        sessions.prove(door, settings, world.alice.email, PASSWORD, "1.2.3.4")


def test_an_address_that_tries_many_people_is_slowed_down(world: World) -> None:
    door, settings = world.door, world.instance.settings
    for number in range(settings.login_attempts * 5):
        with pytest.raises(Problem, match="do not match"):
            sessions.prove(door, settings, f"guess{number}@acme.test", "wrong", "1.2.3.4")
    with pytest.raises(Problem, match="Too many"):
        sessions.prove(door, settings, world.alice.email, PASSWORD, "1.2.3.4")


def test_other_sites_cannot_log_anybody_in_or_out(world: World, http: TestClient) -> None:
    log_in(http, world.alice.email)
    data = {"email": world.charlie.email, "password": PASSWORD}
    for path in ("/login", "/logout", "/workspace", "/settings", "/settings/workspace"):
        for headers in (
            {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
            {"origin": "https://evil.test"}, {"origin": "null"}, {},
        ):  # fmt: skip
            refused = http.post(path, data=data, headers=headers)
            assert refused.status_code == 403, (path, headers)
            assert "set-cookie" not in refused.headers
    assert "alice@acme.test" in http.get("/settings").text


@pytest.mark.parametrize(
    "text",
    ["https://evil.test", "//evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test",
     "/\n/evil.test", "javascript:alert(1)", "evil.test", "", " /contacts", "/a b",
     "/contacts\r\nset-cookie: a=b", "/login", "/login?next=/x"],
)  # fmt: skip
def test_a_login_never_leads_to_another_site(world: World, http: TestClient, text: str) -> None:
    assert own_path(text) == "/"
    assert log_in(http, world.alice.email, next=text).headers["location"] == "/"


def test_a_login_leads_back_to_where_it_was_asked_for(world: World, http: TestClient) -> None:
    asked = http.get("/settings/keys?a=1&b=2").headers["location"]
    assert asked == "/login?next=%2Fsettings%2Fkeys%3Fa%3D1%26b%3D2"
    assert 'value="/settings/keys?a=1&amp;b=2"' in http.get(asked).text
    answer = log_in(http, world.alice.email, next="/settings/keys?a=1&b=2")
    assert answer.headers["location"] == "/settings/keys?a=1&b=2"


def test_logging_out_ends_the_session_for_good(world: World, http: TestClient) -> None:
    token = log_in(http, world.alice.email).cookies[sessions.COOKIE]
    assert http.post("/logout", headers=OURS).headers["location"] == "/login"
    assert sessions.COOKIE not in http.cookies
    http.cookies.set(sessions.COOKIE, token)
    assert http.get("/settings").status_code == 303
    assert sessions.identify(world.door, token) is None
    assert http.post("/logout", headers=OURS).status_code == 303, "twice does no harm"


def test_a_session_ends_by_itself(world: World, http: TestClient) -> None:
    token = log_in(http, world.alice.email).cookies[sessions.COOKIE]
    with time_moved(timedelta(days=13, hours=23)):
        assert sessions.identify(world.door, token)
    with time_moved(timedelta(days=14, seconds=1)):
        assert sessions.identify(world.door, token) is None


def test_a_password_has_to_be_long_enough() -> None:
    for bad in ("short", "x" * 1001):
        with pytest.raises(Problem) as refused:
            passwords.hashed(bad)
        assert refused.value.field == "password"


def test_the_scopes_of_a_session_are_those_of_the_role_now(world: World, http: TestClient) -> None:
    log_in(http, world.bob.email)
    assert http.post("/settings/workspace", data={"name": "X"}, headers=OURS).status_code == 403
    with world.door.workspace(world.bob.who.workspace_id) as tx:
        tx.run("update membership set role = 'admin' where user_id = %s", [world.bob.who.id])
    assert http.post("/settings/workspace", data={"name": "X"}, headers=OURS).status_code == 303


def time_moved(by: timedelta):
    import time_machine

    return time_machine.travel(clock.now() + by, tick=True)
