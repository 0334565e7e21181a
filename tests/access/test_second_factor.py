"""A login that asks for a code too: set up, asked for, used up, and reset when it is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pyotp
import pytest
import segno
import time_machine
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.accounts.create import create_workspace
from nimbus.accounts.operate import set_password
from nimbus.db import ids
from nimbus.operations.read import history
from tests.conftest import PASSWORD, Person, World

HERE = "/settings/second-factor"
OURS = {"sec-fetch-site": "same-origin"}
TOKEN = "/api/v1/auth/token/"


def code_of(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * later))


def turned_on(browser: TestClient) -> tuple[str, list[str]]:
    """The secret and the recovery codes, as the pages show them."""
    assert browser.post(HERE).headers["location"] == HERE
    page = browser.get(HERE).text
    secret = re.findall(r'id="secret">([A-Z2-7]{32})<', page)[0]
    assert f"test?secret={secret}&amp;issuer=Nimbus%20Contacts" in page, "to open on the phone"
    done = browser.post(f"{HERE}/confirmation", data={"code": code_of(secret)})
    assert done.headers["location"] == f"{HERE}?saved=on", done.text
    page = browser.get(done.headers["location"]).text
    # Whole words: an id on the page may have such a part.
    codes = re.findall(r"(?<![\w-])[a-z2-7]{4}(?:-[a-z2-7]{4}){3}(?![\w-])", page)
    assert len(codes) == 8
    assert codes[0] not in browser.get(done.headers["location"]).text, "shown once"
    return secret, codes


def test_the_picture_says_the_address_that_authenticators_open(
    world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    browser = browser_of(world.alice)
    browser.post(HERE)
    page = browser.get(HERE).text
    address = html.unescape(re.findall(r'href="(otpauth://[^"]+)"', page)[0])
    picture = re.findall(r"<svg[^>]*QR code.*?</svg>", page)[0]
    assert "style=" not in picture, "our Content-Security-Policy would refuse it"
    assert drawn(picture) == [
        [bool(module) for module in row]
        for row in segno.make(address, error="m", micro=False).matrix_iter(border=4)
    ]


def drawn(picture: str) -> list[list[bool]]:
    """The modules of an SVG that draws each run of dark ones as a stroke of width one, with what
    its line does not touch as light."""
    size = int(re.findall(r'viewBox="0 0 (\d+) \1"', picture)[0])
    field, line = re.findall(r' d="([^"]+)"', picture)
    assert field == f"M0 0h{size}v{size}h-{size}z"
    assert 'fill="#fff"' in picture
    modules = [[False] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", line):
        given = [float(one) for one in numbers.split()]
        if command == "h":
            for at in range(int(x), int(x + given[0])):
                modules[int(y)][at] = True
            x += given[0]
        else:
            x, y = given if command == "M" else (x + given[0], y + given[1])
    return modules


def first_step(http: TestClient, person: Person) -> str:
    login = {"email": person.email, "password": PASSWORD, "next": "/settings"}
    page = http.post("/login", data=login, headers=OURS)
    assert (page.status_code, "set-cookie" in page.headers) == (200, False)
    return re.findall(r'name="pending" value="([^"]+)"', page.text)[0]


def second_step(http: TestClient, pending: str, code: str) -> Any:
    form = {"pending": pending, "code": code, "next": "/settings"}
    return http.post("/login/code", data=form, headers=OURS)


def alone(http: TestClient) -> TestClient:
    return TestClient(http.app, follow_redirects=False, headers=OURS)


def test_a_login_asks_for_a_code_that_is_good_once(
    world: World, http: TestClient, browser_of
) -> None:
    alice = browser_of(world.alice)
    assert "Set up" in alice.get("/settings").text
    alice.post(HERE)
    wrong = alice.post(f"{HERE}/confirmation", data={"code": "000000"})
    assert (wrong.status_code, "not right" in wrong.text) == (400, True)
    assert alone(http).post("/login", data={"email": world.alice.email, "password": PASSWORD},
                            ).status_code == 303, "not before it is confirmed"  # fmt: skip
    secret, codes = turned_on(alice)
    assert secret not in alice.get(HERE).text
    other = alone(http)
    pending = first_step(other, world.alice)
    assert "not right" in second_step(other, pending, "123456").text
    assert "not right" in second_step(other, pending, code_of(secret)).text, "used for the set-up"
    let_in = second_step(other, pending, code_of(secret, 1))
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/settings")
    assert other.get("/settings").status_code == 200
    assert "not right" in second_step(alone(http), pending, code_of(secret, 1)).text, "once"
    # A recovery code does too, and once, however it is written.
    assert second_step(alone(http), pending, codes[3].upper().replace("-", " ")).status_code == 303
    assert second_step(alone(http), pending, codes[3]).status_code == 401
    assert "7" in alice.get(HERE).text
    with psycopg.connect(world.instance.logins.admin or "") as connection:
        kept = str(connection.execute("select f, encode(f.secret, 'escape') from second_factor f")
                   .fetchall())  # fmt: skip
    assert secret not in kept
    assert codes[0] not in kept
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert history(tx, world.alice.who.id)[0].operation == "person.second_factor"


def test_the_code_comes_soon_after_the_password(world: World, http: TestClient, browser_of) -> None:
    secret, _ = turned_on(browser_of(world.alice))
    pending = first_step(alone(http), world.alice)
    for bad in ("", "nonsense"):
        assert "took too long" in second_step(alone(http), bad, code_of(secret, 1)).text
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        late = second_step(alone(http), pending, code_of(secret))
        assert (late.status_code, "took too long" in late.text) == (400, True)


def test_guessing_codes_is_slowed_down(world: World, http: TestClient, browser_of) -> None:
    secret, _ = turned_on(browser_of(world.alice))
    pending = first_step(alone(http), world.alice)
    for _ in range(world.instance.settings.login_attempts):
        assert second_step(alone(http), pending, "000000").status_code == 401
    assert second_step(alone(http), pending, code_of(secret, 1)).status_code == 429


def test_tokens_ask_for_it_too(world: World, http: TestClient, browser_of) -> None:
    secret, codes = turned_on(browser_of(world.alice))
    login = {"email": world.alice.email, "password": PASSWORD}
    asked = http.post(TOKEN, json=login)
    assert (asked.status_code, asked.json()["error"]["field"]) == (401, "code")
    assert http.post(TOKEN, json=login | {"code": "000000"}).status_code == 401
    assert http.post(TOKEN, json=login | {"code": code_of(secret, 1)}).status_code == 200
    assert http.post(TOKEN, json=login | {"code": codes[0]}).status_code == 200
    wrong = http.post(TOKEN, json=login | {"password": "wrong password", "code": codes[1]})
    assert wrong.json()["error"]["field"] == "password"


def test_it_is_turned_off_with_a_code_only(world: World, http: TestClient, browser_of) -> None:
    alice = browser_of(world.alice)
    _, codes = turned_on(alice)
    assert alice.post(HERE).status_code == 409, "it is on already"
    assert alice.post(f"{HERE}/removal", data={"code": ""}).status_code == 400
    off = alice.post(f"{HERE}/removal", data={"code": codes[0]})
    assert off.headers["location"] == f"{HERE}?saved=off"
    login = {"email": world.alice.email, "password": PASSWORD}
    assert alone(http).post("/login", data=login).status_code == 303


def test_an_owner_resets_it_for_those_of_this_workspace_alone(
    world: World, http: TestClient, browser_of
) -> None:
    turned_on(browser_of(world.bob))
    http.post("/logout", headers=OURS)
    alice = browser_of(world.alice)
    assert world.bob.who.id
    bob = f"/settings/people/{ids.show('user', world.bob.who.id)}"
    assert "Reset the second factor" in alice.get(bob).text
    made = create_workspace(world.door, "Bob's own", world.bob.email, None)
    refused = alice.post(f"{bob}/second-factor")
    assert (refused.status_code, "outside of this workspace" in refused.text) == (409, True)
    with world.door.workspace(made.workspace_id) as tx:
        tx.run("delete from membership where workspace_id = %s", [tx.workspace_id])
    done = alice.post(f"{bob}/second-factor")
    assert done.headers["location"] == f"{bob}?saved=factor"
    assert "The second factor is reset" in alice.get(done.headers["location"]).text
    login = {"email": world.bob.email, "password": PASSWORD}
    assert alone(http).post("/login", data=login).status_code == 303


@pytest.mark.parametrize("without_factor", [False, True])
def test_the_operator_resets_it_with_a_password(
    world: World, http: TestClient, browser_of, without_factor: bool
) -> None:
    turned_on(browser_of(world.alice))
    set_password(
        world.instance, world.alice.email, "another password", without_factor=without_factor
    )
    login = {"email": world.alice.email, "password": "another password"}
    answer = alone(http).post("/login", data=login)
    assert answer.status_code == (303 if without_factor else 200)


def test_an_invitation_is_no_way_around_it(world: World, http: TestClient, browser_of) -> None:
    turned_on(browser_of(world.charlie))
    http.post("/logout", headers=OURS)
    alice = browser_of(world.alice)
    sent = alice.post("/settings/people", data={"email": world.charlie.email, "role": "viewer"})
    page = alice.get(sent.headers["location"]).text
    path = re.findall(r"http://testserver(/join/[\w-]{43})", page)[0]
    refused = alone(http).post(path, data={"password": PASSWORD})
    assert (refused.status_code, "log in first" in refused.text) == (401, True)
    assert "set-cookie" not in refused.headers
