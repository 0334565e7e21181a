"""The pages of the settings as Alice, Bob and Charlie see them."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from nimbus.access import sessions
from nimbus.accounts.create import create_workspace
from nimbus.accounts.read import Room
from nimbus.db import ids
from nimbus.operations.read import history
from tests.conftest import PASSWORD, World, logged_in

PAGES = ["/settings", "/settings/workspace", "/settings/people", "/settings/keys"]


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_logged_in_is_sent_to_the_login(http: TestClient, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


def test_alice_sees_all_pages_and_where_she_is(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    for path in PAGES:
        page = browser.get(path)
        assert page.status_code == 200
        [here] = re.findall(r'href="([^"]+)" aria-current="page">(?!<)', page.text)
        assert here == path
        assert ">Acme</span>" in page.text, "the workspace is named"


def test_bob_sees_what_he_may_and_no_buttons_he_may_not_press(world: World, browser_of) -> None:
    browser = browser_of(world.bob)
    assert "/settings/keys" not in browser.get("/settings").text
    page = browser.get("/settings/workspace")
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main", 1)[1]
    people = browser.get("/settings/people").text
    assert "alice@acme.test" in people
    assert "charlie@other.test" not in people
    assert browser.get("/settings/keys").status_code == 403


def test_a_person_chooses_their_own_name(world: World, browser_of) -> None:
    browser = browser_of(world.bob)
    refused = browser.post("/settings/name", data={"name": " "})
    assert refused.status_code == 400
    assert "Give the person a name" in refused.text
    for name in ("Roberta B.", "Roberta B."):
        answer = browser.post("/settings/name", data={"name": f" {name} "})
        assert answer.headers["location"] == "/settings?saved=name"
    assert 'value="Roberta B."' in browser.get("/settings").text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        told = [(one.before, one.after) for one in history(tx, world.bob.who.id)]
        assert told[0] == ({"name": "Bob"}, {"name": "Roberta B."})
        assert len([one for one in told if one[1] == {"name": "Roberta B."}]) == 1
    # Who does not belong to the bound workspace is not renamed from it.
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert tx.value("select rename_person(%s, 'X')", [world.bob.who.id]) is None


def test_bob_cannot_write(world: World, browser_of) -> None:
    browser = browser_of(world.bob)
    client = ids.show("client", world.alice.client.id)
    for path in ("/settings/workspace", "/settings/workspace/clients", "/settings/keys",
                 f"/settings/workspace/clients/{client}",
                 "/settings/keys/key_01h455vb4pex5vsknk084sn02q/revocation"):  # fmt: skip
        assert browser.post(path, data={"name": "Mine now"}).status_code == 403, path


def test_acme_does_not_exist_for_charlie(world: World, browser_of) -> None:
    browser = browser_of(world.charlie)
    mine = ids.show("client", world.alice.client.id)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        key = ids.show("key", tx.value("select id from api_key limit 1"))
    for path in (f"/settings/workspace/clients/{mine}", f"/settings/keys/{key}/revocation"):
        unknown = path.rsplit("_", 1)[0] + "_01h455vb4pex5vsknk084sn02q"
        unknown += "/revocation" if path.endswith("/revocation") else ""
        for method in ("GET", "POST"):
            answers = [browser.request(method, one) for one in (path, unknown)]
            assert [one.status_code for one in answers] == [404, 404]
            bodies = [re.sub(r"[0-9a-f]{16}", "", one.text) for one in answers]
            assert bodies[0] == bodies[1]


def test_the_workspace_is_renamed_and_so_is_its_only_client(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    answer = browser.post("/settings/workspace", data={"name": " Acme Corp "})
    assert answer.headers["location"] == "/settings/workspace?saved=workspace"
    page = browser.get(answer.headers["location"]).text
    assert 'value="Acme Corp"' in page
    assert 'role="status"' in page, "it says that it is saved"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.column("select name from client") == ["Acme Corp"]
        entry, _ = history(tx, world.alice.who.workspace_id)
    assert (entry.operation, entry.through, entry.before, entry.after) == (
        "workspace.save", "web", {"name": "Acme"}, {"name": "Acme Corp"},
    )  # fmt: skip


def test_saving_without_a_change_leaves_no_trace(world: World, browser_of) -> None:
    browser_of(world.alice).post("/settings/workspace", data={"name": "Acme"})
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (made,) = history(tx, world.alice.who.workspace_id)
    assert made.operation == "workspace.create"


def test_a_refused_name_is_shown_with_the_reason_at_its_field(world: World, browser_of) -> None:
    refused = browser_of(world.alice).post("/settings/workspace", data={"name": "x" * 101})
    assert refused.status_code == 400
    assert 'value="' + "x" * 101 in refused.text, "what was typed is kept"
    assert "at most 100 characters" in refused.text
    assert 'aria-invalid="true"' in refused.text


def test_an_agency_adds_and_changes_clients(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    here = "/settings/workspace"
    new = {"name": "Northwind", "assignment_days": "30", "priority": "70"}
    assert browser.post(f"{here}/clients", data=new).status_code == 409, "not without agency mode"
    browser.post(here, data={"name": "Acme", "agency": "1"})
    assert browser.post(f"{here}/clients", data=new).status_code == 303
    taken = browser.post(f"{here}/clients", data=new)
    assert taken.status_code == 409
    assert "There is a client called Northwind already" in taken.text
    edit = re.findall(rf'href="({here}/clients/client_\w+)"[^>]*aria-label="Edit Northwind"',
                      browser.get(here).text)[0]  # fmt: skip
    assert 'value="Northwind"' in browser.get(edit).text
    for field, wrong in (("assignment_days", "3651"), ("assignment_days", "1.5"),
                         ("priority", "0"), ("priority", "٣"), ("name", " ")):  # fmt: skip
        refused = browser.post(edit, data=new | {field: wrong})
        assert refused.status_code == 400
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', refused.text), field
    assert browser.post(edit, data=new | {"name": "Acme"}).status_code == 409
    assert browser.post(edit, data=new | {"priority": "100"}).status_code == 303
    off = browser.post(here, data={"name": "Acme"})
    assert off.status_code == 400
    assert "2 clients" in off.text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.rows("select name, assignment_days, priority from client order by name")[1] == {
            "name": "Northwind", "assignment_days": 30, "priority": 100,
        }  # fmt: skip


def test_without_agency_mode_the_terms_of_the_workspace_are_set(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    target = f"/settings/workspace/clients/{ids.show('client', world.alice.client.id)}"
    assert target in browser.get("/settings/workspace").text
    browser.post(target, data={"name": "Acme", "assignment_days": "3650", "priority": "1"})
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.row("select assignment_days, priority from client") == {
            "assignment_days": 3650, "priority": 1,
        }  # fmt: skip


def test_a_new_password_ends_all_other_sessions(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    settings = world.instance.settings
    elsewhere = logged_in(world.door, settings, world.alice.email, PASSWORD, "::1")
    wrong = browser.post("/settings", data={"current": "wrong", "password": "a new password"})
    assert wrong.status_code == 400
    assert "not your present password" in wrong.text
    short = browser.post("/settings", data={"current": PASSWORD, "password": "short"})
    assert "at least 10 characters" in short.text
    assert sessions.identify(world.door, elsewhere), "nothing has changed so far"
    done = browser.post("/settings", data={"current": PASSWORD, "password": "a new password"})
    assert done.headers["location"] == "/settings?saved=password"
    assert "Password changed" in browser.get("/settings?saved=password").text, "still logged in"
    assert sessions.identify(world.door, elsewhere) is None
    logged_in(world.door, settings, world.alice.email, "a new password", "::1")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        done = [one.operation for one in history(tx, world.alice.who.id)]
    assert done == ["person.password", "workspace.create"]


def test_guessing_the_present_password_is_slowed_down_too(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    form = {"current": "wrong", "password": "a new password"}
    for _ in range(world.instance.settings.login_attempts):
        assert browser.post("/settings", data=form).status_code == 400
    assert browser.post("/settings", data=form).status_code == 429


def test_a_person_of_several_workspaces_goes_over(world: World, browser_of) -> None:
    made = create_workspace(world.door, "Second", world.alice.email, None)
    browser = browser_of(world.alice)
    assert "Switch to Second" in browser.get("/settings").text
    theirs = ids.show("ws", world.charlie.who.workspace_id)
    assert browser.post("/workspace", data={"workspace": theirs}).status_code == 404
    before = browser.cookies[sessions.COOKIE]
    second = ids.show("ws", made.workspace_id)
    assert browser.post("/workspace", data={"workspace": second}).status_code == 303
    assert "Role in Second" in browser.get("/settings").text
    assert sessions.identify(world.door, before) is None, "the old session has ended"


@pytest.mark.parametrize(
    ("room", "share", "nearly", "above", "full"),
    [
        (Room(0, 1000, None), 0, False, False, False),
        (Room(900, 1000, None), 0.9, True, False, False),
        (Room(1000, 1000, None), 1, True, True, False),
        (Room(5000, 1000, 4000), 1, True, True, True),
        (Room(40, 1000, 50), 0.8, False, False, False),
        (Room(50, 1000, 50), 1, True, False, True),
    ],
)
def test_the_limits_of_a_workspace(room, share, nearly, above, full) -> None:
    assert room.share == pytest.approx(share)
    assert (room.is_nearly_full, room.is_above_soft, room.is_full) == (nearly, above, full)


def test_the_page_warns_of_a_full_workspace(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    assert "never refused" in browser.get("/settings/workspace").text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set contacts_hard_limit = 1")
        tx.run("insert into contact (workspace_id, email, email_domain, email_key, created_at, "
               "updated_at) values (%s, 'a@b.c', 'b.c', uuidv7(), now(), now())",
               [tx.workspace_id])  # fmt: skip
    page = browser.get("/settings/workspace").text
    assert "The workspace is full" in page
    assert "1 contact</span>" in page


def test_the_front_door_and_health(world: World, http: TestClient) -> None:
    assert http.get("/").headers["location"] == "/login?next=%2F"
    assert http.get("/health").json() == {
        "status": "no worker", "database": True, "worker": False,
    }  # fmt: skip
