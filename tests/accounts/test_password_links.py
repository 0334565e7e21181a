"""Whoever has lost a password sets a new one by a link (D-33)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import time_machine
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.access import links, sessions
from nimbus.accounts.create import create_workspace
from tests.accounts.joining import HERE, alone, kinds, link_on, shown
from tests.conftest import PASSWORD, Person, World, logged_in


def password_link(browser: TestClient, person: Person) -> str:
    sent = browser.post(f"{HERE}/{shown(person)}/password")
    assert sent.status_code == 303, sent.text
    return link_on(browser.get(sent.headers["location"]).text, "password")


def test_a_link_sets_a_password_once(world: World, http: TestClient, browser_of) -> None:
    settings = world.instance.settings
    session = logged_in(world.door, settings, world.bob.email, PASSWORD, "::1")
    browser = browser_of(world.alice)
    first, path = password_link(browser, world.bob), password_link(browser, world.bob)
    assert alone(http).get(first).status_code == 404, "the later one takes its place"
    bob = alone(http)
    assert "bob@acme.test" in bob.get(path).text
    assert "at least 10 characters" in bob.post(path, data={"password": "short"}).text
    assert sessions.identify(world.door, session), "nothing has changed so far"
    done = bob.post(path, data={"password": "another password"})
    assert (done.status_code, done.headers["location"]) == (303, "/login?changed=1")
    assert "Log in with the new one" in bob.get("/login?changed=1").text
    assert sessions.identify(world.door, session) is None
    assert sessions.prove(world.door, settings, world.bob.email, "another password", "::1")
    assert bob.post(path, data={"password": "a third password"}).status_code == 404
    assert kinds(world, world.bob.who.id) == [
        "person.password", "person.password_link", "person.password_link"
    ]  # fmt: skip
    path = password_link(browser, world.bob)
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert alone(http).get(path).status_code == 404


def test_a_program_makes_a_link_to_a_password(world: World, http: TestClient) -> None:
    def ask(person: Person, whose: Person, status: int) -> Any:
        answer = http.post(f"/api/v1/people/{shown(whose)}/password-link/", headers=person.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    made = ask(world.alice, world.bob, 201)
    lasts = datetime.fromisoformat(made["expires_at"]) - clock.now()
    assert timedelta(hours=23) < lasts <= timedelta(hours=24)
    bob, path = alone(http), link_on(made["url"], "password")
    assert bob.post(path, data={"password": "another password"}).status_code == 303
    assert bob.get(path).status_code == 404, "good once"
    settings = world.instance.settings
    assert sessions.prove(world.door, settings, world.bob.email, "another password", "::1")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        log = tx.rows("select o.*, c.* from operation o join change c on c.operation_id = o.id "
                      "where o.kind = 'person.password_link'")  # fmt: skip
    assert [row["through"] for row in log] == ["api"]
    assert path.rsplit("/", 1)[1] not in str(log)
    ask(world.bob, world.alice, 403)
    ask(world.charlie, world.bob, 404)
    create_workspace(world.door, "Bob's own", world.bob.email, None)
    assert ask(world.alice, world.bob, 409)["error"]["code"] == "conflict"


def test_no_link_opens_what_is_not_this_workspaces(
    world: World, http: TestClient, browser_of
) -> None:
    """Who set the password of a person could enter their other workspaces too."""
    browser = browser_of(world.alice)
    path = password_link(browser, world.bob)
    made = create_workspace(world.door, "Bob's own", world.bob.email, None)
    assert alone(http).get(path).status_code == 404, "looked at anew when it is opened"
    assert alone(http).post(path, data={"password": "a new password"}).status_code == 404
    refused = browser.post(f"{HERE}/{shown(world.bob)}/password")
    assert (refused.status_code, "outside of this workspace" in refused.text) == (409, True)
    with world.door.workspace(made.workspace_id) as tx:
        tx.run("delete from membership where workspace_id = %s", [tx.workspace_id])
    with psycopg.connect(world.instance.logins.migrate) as connection:
        connection.execute("update app_user set is_operator = true where email = 'bob@acme.test'")
    assert browser.post(f"{HERE}/{shown(world.bob)}/password").status_code == 409


def test_a_link_ends_with_who_made_it_and_with_a_new_role(
    world: World, http: TestClient, browser_of
) -> None:
    browser = browser_of(world.alice)
    path = password_link(browser, world.bob)
    browser.post(f"{HERE}/{shown(world.bob)}", data={"role": "owner"})
    assert alone(http).get(path).status_code == 404, "an owner by now, whose link an admin may have"
    path = password_link(browser, world.bob)
    with world.door.platform() as tx:
        assert tx.row("select * from find_password_link(%s, %s)",
                      [links.digest(path.rsplit("/", 1)[1]), tx.now])  # fmt: skip
    browser.post(f"{HERE}/{shown(world.alice)}/removal")
    assert alone(http).get(path).status_code == 404
