"""A view that is for its maker alone: nobody else shares it by an undo, or reads of it in the log;
and two that write one view, or one person's lines, at once both keep what they wrote."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from nimbus.access import scopes_of
from nimbus.access.keys import issue
from nimbus.db import ids
from nimbus.enrichment import personalization
from nimbus.segments.read_views import one_view
from nimbus.segments.write_views import change_view
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact

VIEWS = "/api/v1/saved-views/"


@pytest.fixture
def member(world: World) -> dict[str, str]:
    """The headers of a member beside Alice."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        who = replace(world.bob.who, scopes=scopes_of("member"), role="member")
        _, key = issue(tx, who, "A member")
    return {"Authorization": f"Bearer {key}"}


def test_only_its_maker_undoes_what_makes_a_view_private_or_shared(
    world: World, http: TestClient, member: dict[str, str]
) -> None:
    alice = world.alice.headers

    def make(**given: Any) -> str:
        return str(http.post(VIEWS, json={"name": "Mine", **given}, headers=alice).json()["id"])

    def change(id: str, **given: Any) -> str:
        answer = http.patch(f"{VIEWS}{id}/", json=given, headers=alice)
        return str(answer.headers["nimbus-operation"])

    def undo(operation: str, who: dict[str, str]) -> Any:
        return http.post(f"/api/v1/operations/{operation}/undo/", headers=who)

    def is_shared(id: str) -> bool:
        return bool(http.get(f"{VIEWS}{id}/", headers=alice).json()["is_shared"])

    # What was shared is private now; what was private is shared: neither is another's to undo.
    for before in (True, False):
        id = make(is_shared=before)
        operation = change(id, is_shared=not before)
        refused = undo(operation, member)
        assert (refused.status_code, "whoever made" in refused.text) == (403, True)
        assert is_shared(id) is not before
        assert undo(operation, alice).status_code == 200
        assert is_shared(id) is before

    # An edit of a private view, and its deletion.
    id = make()
    renamed = change(id, name="Still mine")
    deleted = http.delete(f"{VIEWS}{id}/", headers=alice).headers["nimbus-operation"]
    assert undo(deleted, member).status_code == 403
    back = undo(deleted, alice)
    assert back.status_code == 200
    assert undo(back.json()["operation"]["id"], member).status_code == 403
    assert undo(renamed, member).status_code == 403
    assert undo(renamed, alice).status_code == 200

    # What is shared is everybody's to change, and to have back.
    id = make(is_shared=True)
    assert undo(change(id, name="Ours"), member).status_code == 200
    deleted = http.delete(f"{VIEWS}{id}/", headers=alice).headers["nimbus-operation"]
    assert undo(deleted, member).status_code == 200


def test_the_log_does_not_tell_what_a_private_view_is(
    world: World, http: TestClient, browser_of: Callable[[Person], TestClient]
) -> None:
    alice = world.alice.headers
    given = {"name": "Firing list", "search": "Robert",
             "filter": {"field": "title", "op": "eq", "value": "Clown"}}  # fmt: skip
    made = http.post(VIEWS, json=given, headers=alice)
    assert made.status_code == 201, made.text
    at = f"{VIEWS}{made.json()['id']}/"
    operations = [
        answer.headers["nimbus-operation"]
        for answer in (
            made,
            http.patch(at, json={"name": "Party list", "is_shared": True}, headers=alice),
            http.patch(at, json={"name": "Secret again", "is_shared": False}, headers=alice),
            http.delete(at, headers=alice),
        )
    ]
    page = browser_of(world.alice)
    told = [
        page.get("/settings/audit").text, page.get("/settings/audit/export.csv").text,
        http.get("/api/v1/audit/", headers=alice).text,
        *(http.get(f"/api/v1/operations/{one}/", headers=alice).text for one in operations),
    ]  # fmt: skip
    for text in told:
        for word in ("Firing list", "Robert", "Clown", "Secret again"):
            assert word not in text
    assert "A private view" in told[0]
    # What was everybody's is told.
    for text in (*told[:3], told[4]):
        assert "Party list" in text


def test_an_operation_of_an_earlier_version_does_not_tell_a_private_view(
    world: World, http: TestClient, member: dict[str, str]
) -> None:
    """These have the name of the view as their reason, whoever it is for."""
    alice = world.alice.headers
    for shared in (False, True):
        given = {"name": "Firing list", "is_shared": shared}
        made = http.post(VIEWS, json=given, headers=alice)
        at = f"{VIEWS}{made.json()['id']}/"
        gone = http.delete(at, headers=alice).headers["nimbus-operation"]
        with psycopg.connect(world.instance.logins.admin or "") as connection:
            connection.execute(
                "update operation set why = 'Firing list' where kind like 'saved_view.%'"
            )
        undone = http.post(f"/api/v1/operations/{gone}/undo/", headers=alice).json()["operation"]
        for one in (made.headers["nimbus-operation"], gone, undone["id"]):
            told = http.get(f"/api/v1/operations/{one}/", headers=member).json()
            assert told["why"] == ("Firing list" if shared else None)
        assert undone["why"] == ("Firing list" if shared else None)


def test_what_two_write_at_once_is_kept_of_both(
    world: World, http: TestClient, browser_of: Callable[[Person], TestClient]
) -> None:
    headers, page = world.alice.headers, browser_of(world.alice)
    view = http.post(VIEWS, json={"name": "Ours", "is_shared": True}, headers=headers).json()["id"]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = add_contact(tx)
        lines = {"opening": "Old", "ps": "Old"}
        personalization.put(
            tx, world.alice.who, contact, {"status": "ready", "lines": lines}, "api"
        )

    def change() -> None:
        http.patch(f"{VIEWS}{view}/", json={"search": "Ann"}, headers=headers)

    def write() -> None:
        page.post(f"/contacts/{ids.show('cont', contact)}/research/line",
                  data={"name": "ps", "text": "New"})  # fmt: skip

    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = one_view(tx, world.alice.who, ids.read("view", view), to_change=True)
        change_view(tx, world.alice.who, found, {"name": "Renamed"}, through="api")
        personalization.put(tx, world.alice.who, contact, {"lines": {**lines, "opening": "New"}},
                            "api")  # fmt: skip
        threads = [Thread(target=change), Thread(target=write)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)  # Both wait by now.
    for thread in threads:
        thread.join()
    shown = http.get(f"{VIEWS}{view}/", headers=headers).json()
    assert (shown["name"], shown["search"]) == ("Renamed", "Ann")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        kept = personalization.find(tx, contact)
    assert kept
    assert kept["lines"] == {"opening": "New", "ps": "New"}
