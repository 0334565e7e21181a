"""A merge is undone whole or not at all; who parted two is believed (S0-78, G-11, G-14)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.duplicates.auto import merge_some, turn
from nimbus.duplicates.look import look
from nimbus.duplicates.merge import Wanted
from nimbus.duplicates.merge import merge as merge_in
from nimbus.duplicates.unmerge import unmerge as unmerge_in
from nimbus.operations import undoing
from nimbus.problems import Problem
from tests.conftest import World
from tests.contacts.editing import Api
from tests.duplicates.merging import dump, merge, unmerge


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


def _create(api: Api, email: str, **more: Any) -> str:
    body = {"email": email, "options": {"in_trash": "new"}, **more}
    answer = api.http.post("/api/v1/contacts/", json=body, headers=api.world.alice.headers)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def _undo(api: Api, operation: str, status: int = 200) -> Any:
    answer = api.http.post(f"/api/v1/operations/{operation}/undo/", headers=api.world.alice.headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_an_email_that_leads_to_somebody_is_nobody_elses(api: Api) -> None:
    before = dump(api.world)
    trashed = _create(api, "new@acme.com")
    api("DELETE", trashed)
    newer = _create(api, "new@acme.com")
    merge(api, "ada", "bo", newer)
    # Neither by an edit nor by a restoration.
    refused = api.patch("cy", {"email": "bo@acme.com"}, 409)
    assert refused["existing_id"] == api.ids["ada"]
    refused = api("POST", trashed, "restore/", 409).json()["error"]
    assert refused["existing_id"] == api.ids["ada"]
    unmerge(api, "bo")
    for one in (trashed, newer):
        api("DELETE", one)
    left = dump(api.world)["contact"]
    assert [row for row in left if row["email"] != "new@acme.com"] == before["contact"]


def test_one_who_cannot_come_back_leaves_the_merge_as_it_is(api: Api) -> None:
    merge(api, "ada", "bo")
    api.patch("ada", {"email": "bo@acme.com"})
    before = dump(api.world)
    error = unmerge(api, "bo", 409)["error"]
    assert (error["existing_id"], "bo@acme.com" in error["message"]) == (api.ids["ada"], True)
    assert dump(api.world) == before
    api.patch("ada", {"email": "ada@acme.com"})
    # Ada and Cy are all that the workspace may have.
    for limit in (2, None):
        with api.world.door.workspace(api.world.alice.who.workspace_id) as tx:
            tx.run("update workspace set contacts_hard_limit = %s where id = %s",
                   [limit, tx.workspace_id])  # fmt: skip
        if limit:
            assert unmerge(api, "bo", 409)["error"]["reason"] == "contact_limit"
    assert unmerge(api, "bo")["email"] == "bo@acme.com"


def test_an_email_that_was_handed_on_comes_back_from_the_last_merge(api: Api) -> None:
    before = dump(api.world)
    merge(api, "bo", "ada")
    merge(api, "cy", "ada")
    with api.world.door.workspace(api.world.alice.who.workspace_id) as tx:
        merges = tx.column("select id from operation where kind = 'contact.merge' order by id")
    first, last = (ids.show("op", one) for one in merges)
    assert _undo(api, first, 409)["error"]["later"] == last
    _undo(api, last)
    _undo(api, first)
    assert dump(api.world) == before


def test_what_another_merge_made_stricter_is_nobodys_refusal(api: Api) -> None:
    before = dump(api.world)
    api.patch("bo", {"consent_status": "pending"})
    merge(api, "ada", "bo")
    merge(api, "ada", "cy")
    unmerge(api, "cy")
    api.patch("ada", {"status": "inactive"})
    parted = unmerge(api, "bo")
    assert (parted["consent_status"], parted["status"]) == ("pending", "active")
    assert api.get("cy")["consent_status"] == before_of(before, "cy@example.com")


def before_of(before: dict[str, list[Any]], email: str) -> Any:
    return next(row["consent_status"] for row in before["contact"] if row["email"] == email)


def test_parting_waits_for_a_merge_of_who_lived_on(api: Api, world: World) -> None:
    merge(api, "bo", "cy")
    who, told = world.alice.who, []
    one, cy, ada = (ids.read("cont", api.ids[name]) for name in ("bo", "cy", "ada"))

    def part() -> None:
        try:
            with world.door.workspace(who.workspace_id) as tx:
                unmerge_in(tx, who, "api", cy)
        except Problem as refused:
            told.append(refused.more.get("later"))

    waiting = threading.Thread(target=part)
    with world.door.workspace(who.workspace_id) as tx:
        later = merge_in(tx, who, "api", Wanted(one, (ada,))).operation.id
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join()
    assert told == [ids.show("op", later)]


def test_a_large_one_goes_back_at_once_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job would begin after somebody may have merged who lives on."""
    before = dump(api.world)
    merge(api, "ada", "bo")
    monkeypatch.setattr(undoing, "INLINE", 0)
    assert unmerge(api, "bo")["email"] == "bo@acme.com"
    assert dump(api.world) == before


def test_a_third_contact_of_the_email_is_named(api: Api) -> None:
    old = _create(api, "x@acme.com", first_name="Old")
    api("DELETE", old)
    new = _create(api, "x@acme.com", first_name="New")
    for survivor, source in ((old, api.ids["ada"]), (api.ids["ada"], old)):
        choices = {"email": old}
        error = merge(api, survivor, source, status=409, choices=choices)["error"]
        assert (error["field"], error["existing_id"]) == ("choices.email", new)


def test_a_refusal_that_is_said_again_since_a_merge_holds_for_both(api: Api) -> None:
    """Though it had been said twice before the merge, of which the log has no third."""

    def refuse(email: str) -> None:
        body = {"emails": [email], "reason": "unsubscribe"}
        answer = api.http.post("/api/v1/suppressions/", json=body, headers=api.world.alice.headers)
        assert answer.is_success, answer.text

    for name, again in (("di", True), ("ed", False)):
        api.ids |= {one: _create(api, f"{one}@again.example") for one in (name, f"{name}2")}
        refuse(f"{name}@again.example")
        refuse(f"{name}@again.example")
        # The one that lives on has the other's email, and gives it back.
        merge(api, f"{name}2", name)
        if again:
            refuse(f"{name}@again.example")
        unmerge(api, f"{name}2")
    held = {row["email"].split("@")[0] for row in dump(api.world)["suppression"]}
    assert held == {"di", "di2", "ed"}


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize("is_seen", [True, False])
def test_who_was_parted_is_not_merged_again(
    api: Api, world: World, is_seen: bool, is_on: bool
) -> None:
    """Be the pair known before or not: where certain pairs merge by themselves a parting says that
    these are two, else the pair waits for people, also once they do."""
    api("DELETE", "cy")
    one = _create(api, "anna.kern@gmail.com", first_name="Anna", last_name="Kern")
    other = _create(api, "annakern+news@gmail.com", first_name="Anna", last_name="Kern")
    pair = [ids.read("cont", each) for each in (one, other)]

    def looked() -> None:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            look(tx, pair)

    def turned(on: bool) -> None:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            turn(tx, world.alice.who, "api", on=on)

    if is_seen:
        looked()
    merge(api, one, other)
    turned(is_on)
    api.patch(one, {"city": "Bonn"})
    looked()
    unmerge(api, other)
    looked()
    turned(True)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        states = tx.rows("select state, verdict from duplicate_pair")
        assert states == [{"state": "dismissed" if is_on else "open", "verdict": "certain"}]
        merge_some(tx, None)
    assert api.get(other)["id"] == other
