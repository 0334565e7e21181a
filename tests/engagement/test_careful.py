"""What people write about a contact, at the edges: names of other alphabets, days at the end of the
calendar, notes of somebody else, and what an undo cannot put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from nimbus.access import scopes_of
from nimbus.access.keys import issue
from nimbus.accounts.read import Member
from nimbus.db import ids
from nimbus.engagement.mention import mentioned
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact

Browsers = Callable[[Person], TestClient]


def member(name: str) -> Member:
    return Member(uuid4(), f"{uuid4().hex}@acme.test", name, "member", datetime.now(UTC))


@pytest.mark.parametrize(
    ("body", "name", "is_meant"),
    [
        ("cc @İrem", "Irem Kaya", False), ("cc @İrem", "İrem", True), ("@alıce", "Alice", False),
        ("@Weiß", "Weiß", True), ("@weiss", "Weiß", True), ("@WEISS!", "Hans Weiß", False),
        ("@hans weiss!", "Hans Weiß", True), ("@ALICE", "Alice", True),
    ],
)  # fmt: skip
def test_names_of_every_alphabet_are_found_and_none_breaks_a_note(
    body: str, name: str, is_meant: bool
) -> None:
    person = member(name)
    assert mentioned(body, [person]) == ([person.user_id] if is_meant else [])


def test_a_name_of_two_people_is_nobodys_however_it_is_written() -> None:
    assert mentioned("@Weiß", [member("Weiß"), member("Weiss")]) == []


def test_the_last_day_of_the_calendar_is_refused_and_shown_where_it_is_stored(
    world: World, http: TestClient, browser_of: Browsers
) -> None:
    contact = _contact(world)
    page, headers = browser_of(world.alice), world.alice.headers
    here, tasks = f"/contacts/{contact}/timeline", f"/api/v1/contacts/{contact}/tasks/"
    for day in ("9999-12-31", "0001-01-01"):
        refused = page.post(f"{here}/tasks", data={"title": "Call", "due": day})
        assert (refused.status_code, "years 1970 to 2999" in refused.text) == (400, True)
        told = http.post(tasks, json={"title": "Call", "due_at": day}, headers=headers)
        assert (told.status_code, told.json()["error"]["field"]) == (400, "due_at")
        # In another zone that day is not in the calendar, and nobody could look at the call.
        call = {"summary": "Old", "at": f"{day}T12:00:00Z"}
        told = http.post(f"/api/v1/contacts/{contact}/calls/", json=call, headers=headers)
        assert (told.status_code, "years 1970 to 2999" in told.text) == (400, True)

    page.post(f"{here}/tasks", data={"title": "Call", "due": "2999-12-31"})
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update task set due_at = '9999-12-31 23:59Z' where workspace_id = %s",
               [tx.workspace_id])  # fmt: skip
        task = ids.show("task", tx.value("select id from task where workspace_id = %s",
                                         [tx.workspace_id]))  # fmt: skip
    page.cookies.set("zone", "Europe/Berlin")
    assert "Due 31 Dec 9999" in page.get(here).text
    again = page.post(f"/tasks/{task}", data={"title": "Call her", "due": "9999-12-31"})
    assert again.status_code == 303
    assert "Call her" in page.get(here).text


def test_a_note_is_its_authors_to_change_and_an_admins_to_delete(
    world: World, http: TestClient, browser_of: Browsers
) -> None:
    contact = _contact(world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update membership set role = 'member' where workspace_id = %s and user_id = %s",
               [tx.workspace_id, world.bob.who.id])  # fmt: skip
        may = replace(world.bob.who, scopes=scopes_of("member"), role="member")
        _, key = issue(tx, may, "A member")
    headers = {"Authorization": f"Bearer {key}"}
    here = f"/contacts/{contact}/timeline"

    def only() -> dict[str, Any]:
        (one,) = http.get(f"/api/v1/contacts/{contact}/notes/", headers=headers).json()["data"]
        return dict(one)

    def undo(answer: Any, who: dict[str, str]) -> int:
        operation = answer.headers["nimbus-operation"]
        return http.post(f"/api/v1/operations/{operation}/undo/", headers=who).status_code

    browser_of(world.alice).post(f"{here}/notes", data={"body": "Alice wrote"})
    note = only()["id"]
    bob = browser_of(world.bob)
    assert f"/notes/{note}" not in bob.get(here).text
    refused = bob.post(f"/notes/{note}", data={"body": "Bob put words"})
    assert (refused.status_code, "Write one of your own" in refused.text) == (403, True)
    assert bob.post(f"/notes/{note}/removal").status_code == 403
    at = f"/api/v1/notes/{note}/"
    assert http.patch(at, json={"body": "x"}, headers=headers).status_code == 403
    refused = http.delete(at, headers=headers)
    assert refused.json()["error"]["scope"] == "settings:write"
    # Neither is it the key's of the one who wrote it; but she may take it away, and have it back.
    alice = world.alice.headers
    assert http.patch(at, json={"body": "x"}, headers=alice).status_code == 403
    deleted = http.delete(at, headers=alice)
    assert undo(deleted, headers) == 403
    assert undo(deleted, alice) == 200
    assert only()["body"] == "Alice wrote"
    assert http.delete(at, headers=alice).status_code == 204

    # A key changes what it wrote; nobody else undoes that.
    added = http.post(f"/api/v1/contacts/{contact}/notes/", json={"body": "By a key"},
                      headers=headers)  # fmt: skip
    at = f"/api/v1/notes/{added.json()['id']}/"
    changed = http.patch(at, json={"body": "Again by it"}, headers=headers)
    assert undo(changed, alice) == 403
    assert undo(changed, headers) == 200
    assert only()["body"] == "By a key"
    assert f"/notes/{added.json()['id']}/removal" in browser_of(world.alice).get(here).text
    assert undo(added, alice) == 200


def test_what_an_undo_cannot_put_back_is_told(world: World, http: TestClient) -> None:
    contact, headers = _contact(world), world.alice.headers
    here = f"/api/v1/contacts/{contact}"

    def undo(answer: Any) -> Any:
        operation = answer.headers["nimbus-operation"]
        return http.post(f"/api/v1/operations/{operation}/undo/", headers=headers)

    # What was found out about a person is there once: it does not come back beside another.
    body = {"status": "ready", "lines": {"opening": "First"}}
    http.put(f"{here}/personalization/", json=body, headers=headers)
    deleted = http.delete(f"{here}/personalization/", headers=headers)
    http.put(f"{here}/personalization/", json={"status": "queued"}, headers=headers)
    undone = undo(deleted).json()
    assert undone["kept"] == 1
    kept = http.get(f"/api/v1/operations/{undone['operation']['id']}/kept/", headers=headers)
    assert "another one by now" in kept.json()["data"][0]["message"]

    # What was deleted before the log said whose it was.
    for things, body in (("notes", {"body": "x"}), ("tasks", {"title": "x"}),
                         ("deals", {"name": "x"})):  # fmt: skip
        made = http.post(f"{here}/{things}/", json=body, headers=headers).json()
        deleted = http.delete(f"/api/v1/{things}/{made['id']}/", headers=headers)
        with psycopg.connect(world.instance.logins.admin, autocommit=True) as admin:
            admin.execute("update change set before = before - 'contact_id' where kind = 'deleted'")
        refused = undo(deleted)
        assert (refused.status_code, "write it again" in refused.text) == (409, True)


def _contact(world: World) -> str:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return ids.show("cont", add_contact(tx))
