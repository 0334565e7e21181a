"""People come by a link (D-33)."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest
import time_machine
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.access import sessions
from nimbus.accounts.create import create_workspace
from nimbus.db import ids
from tests.accounts.joining import HERE, NEW, OURS, alone, invited, kinds, link_on, shown
from tests.conftest import PASSWORD, World


def test_whoever_opens_the_link_joins_once_with_that_role(
    world: World, http: TestClient, browser_of
) -> None:
    alice = browser_of(world.alice)
    sent = alice.post(HERE, data=NEW | {"email": " Dora@new.test "})
    page = alice.get(sent.headers["location"])
    path = link_on(page.text, "join")
    assert page.headers["cache-control"] == "no-store"
    assert path not in alice.get(sent.headers["location"]).text, "shown once"
    assert "dora@new.test" in alice.get(HERE).text
    dora = alone(http)
    told = dora.get(path).text
    assert "invites you to Acme with the role “Member”" in told
    short = dora.post(path, data={"name": "Dora", "password": "short"})
    assert "at least 10 characters" in short.text
    assert 'value="Dora"' in short.text
    joined = dora.post(path, data={"name": "Dora", "password": "a long password"})
    assert (joined.status_code, joined.headers["location"]) == (303, "/")
    # The role limits what she sees.
    assert dora.get(HERE).status_code == 200
    assert "Invite somebody" not in dora.get(HERE).text
    assert dora.get("/settings/keys").status_code == 403
    assert dora.get(f"{HERE}/{shown(world.bob)}").status_code == 403
    assert dora.post(HERE, data=NEW).status_code == 403
    # And the link is used up.
    for method in ("GET", "POST"):
        over = alone(http).request(method, path, data={"password": "a long password"})
        assert (over.status_code, "This link is over" in over.text) == (404, True)
    assert "Revoke the invitation" not in alice.get(HERE).text
    assert sessions.prove(
        world.door, world.instance.settings, "dora@new.test", "a long password", "::1"
    )
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        person = tx.value("select user_id from people() where email = 'dora@new.test'")
        invitation = tx.value("select id from invitation")
    assert kinds(world, person) == ["person.join"]
    assert kinds(world, invitation) == ["person.join", "person.invite"]
    with psycopg.connect(world.instance.logins.admin or "") as connection:
        kept = str(connection.execute("select i, o, c from invitation i, operation o, change c")
                   .fetchall())  # fmt: skip
    assert path.rsplit("/", 1)[1] not in kept, "only a digest is kept"


def test_an_account_that_is_there_joins_with_its_password_or_its_session(
    world: World, http: TestClient, browser_of
) -> None:
    alice = browser_of(world.alice)
    path = invited(alice, email=world.charlie.email)
    charlie = alone(http)
    pages = [charlie.get(one).text for one in (path, invited(alice))]
    pages = [re.sub(r"[\w-]{43}|(charlie|dora)@\w+\.test", "", page) for page in pages]
    assert pages[0] == pages[1], "it does not tell who has an account"
    wrong = charlie.post(path, data={"name": "X", "password": "not his password"})
    assert (wrong.status_code, "do not match" in wrong.text) == (401, True)
    assert charlie.post(path, data={"name": "X", "password": PASSWORD}).status_code == 303
    assert "Role in Acme" in charlie.get("/settings").text
    assert "charlie" in charlie.get("/settings").text, "the name stays as it was"
    # Somebody who is logged in need not prove it again.
    made = create_workspace(world.door, "Second", world.alice.email, None)
    with world.door.workspace(made.workspace_id) as tx:
        tx.run("insert into membership (workspace_id, user_id, role) values (%s, %s, 'owner')",
               [tx.workspace_id, world.charlie.who.id])  # fmt: skip
        bob = tx.value("select user_id from find_person(%s)", [world.bob.email])
        assert bob == world.bob.who.id
    second = ids.show("ws", made.workspace_id)
    charlie.post("/workspace", data={"workspace": second})
    path = invited(charlie, email=world.bob.email)
    bobs = browser_of(world.bob)
    assert "You are logged in as bob@acme.test" in bobs.get(path).text
    assert bobs.post(path).status_code == 303
    assert "Role in Second" in bobs.get("/settings").text


def test_an_invitation_ends_when_it_is_revoked_or_after_seven_days(
    world: World, http: TestClient, browser_of
) -> None:
    browser = browser_of(world.alice)
    path = invited(browser)
    again = browser.post(HERE, data=NEW)
    assert (again.status_code, "is invited already" in again.text) == (409, True)
    revoke = re.findall(rf'action="({HERE}/invitations/inv_\w+/revocation)"',
                        browser.get(HERE).text)[0]  # fmt: skip
    assert browser.post(revoke).headers["location"].startswith(f"{HERE}?saved=revoked")
    assert browser.post(revoke).status_code == 404
    gone, never = alone(http).get(path), alone(http).get("/join/nonsense")
    assert gone.status_code == never.status_code == 404
    assert gone.text == never.text
    path = invited(browser)
    with time_machine.travel(clock.now() + timedelta(days=6, hours=23)):
        assert alone(http).get(path).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert alone(http).get(path).status_code == 404
        assert "Revoke the invitation" not in browser.get(HERE).text
        invited(browser), "an old one is in nobody's way"


def test_trying_links_is_slowed_down_and_locks_nobody_out(world: World, http: TestClient) -> None:
    allowed = world.instance.settings.login_attempts
    for _ in range(allowed):
        assert http.get("/password/nonsense").status_code == 404
    assert http.get("/join/nonsense").status_code == 429
    login = {"email": world.alice.email, "password": PASSWORD}
    assert http.post("/login", data=login, headers=OURS).status_code == 303


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"email": "no address"}, 400, "is not an email address"),
        ({"email": ""}, 400, "is not an email address"),
        ({"email": "new@acme"}, 400, "a period in what follows the @"),
        ({"role": "king"}, 400, "A role is one of"),
        ({"email": "bob@acme.test"}, 409, "belongs to this workspace already"),
    ],
)
def test_a_refused_invitation_says_why(
    world: World, browser_of, form: dict[str, str], status: int, words: str
) -> None:
    refused = browser_of(world.alice).post(HERE, data=NEW | form)
    assert (refused.status_code, words in refused.text) == (status, True)
    assert 'aria-invalid="true"' in refused.text


def test_invitations_are_made_listed_and_revoked_by_the_api(world: World, http: TestClient) -> None:
    alice = world.alice.headers
    made = http.post("/api/v1/invitations/", json=NEW, headers=alice).json()
    assert made["url"].startswith("http://testserver/join/")
    listed = http.get("/api/v1/invitations/", headers=alice).json()["data"]
    assert listed == [{name: value for name, value in made.items() if name != "url"}]
    assert listed[0]["invited_by"] == "First key, made with the workspace"
    path = f"/api/v1/invitations/{made['id']}/"
    assert [http.delete(path, headers=alice).status_code for _ in "12"] == [204, 404]
    people = http.get("/api/v1/people/", headers=world.bob.headers).json()
    assert [(one["email"], one["role"]) for one in people["data"]] == [
        ("bob@acme.test", "viewer"), ("alice@acme.test", "owner")
    ]  # fmt: skip
