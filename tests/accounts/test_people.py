"""People come by a link, have a role that may be changed, and are let go (D-33)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.access import keys, links, scopes_of, sessions
from nimbus.access.who import Who
from nimbus.accounts.create import create_workspace
from nimbus.db import ids
from nimbus.operations.read import history
from tests.conftest import PASSWORD, Person, World, logged_in

HERE = "/settings/people"
OURS = {"sec-fetch-site": "same-origin"}
NEW = {"email": "dora@new.test", "role": "member"}


def shown(person: Person) -> str:
    assert person.who.id
    return ids.show("user", person.who.id)


def link_on(text: str, kind: str) -> str:
    [path] = set(re.findall(rf"http://testserver(/{kind}/[\w-]{{43}})", text))
    return str(path)


def invited(browser: TestClient, **form: str) -> str:
    sent = browser.post(HERE, data=NEW | form)
    assert sent.status_code == 303, sent.text
    return link_on(browser.get(sent.headers["location"]).text, "join")


def alone(http: TestClient) -> TestClient:
    """The same product in another browser."""
    return TestClient(http.app, follow_redirects=False, headers=OURS)


def role_of(world: World, email: str) -> str | None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        role: str | None = tx.value("select role from people() where email = %s", [email])
    return role


def kinds(world: World, thing: Any) -> list[str]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return [one.operation for one in history(tx, thing)]


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
