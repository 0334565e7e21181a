"""Merging keeps everything of both, the strictest of consents, and comes apart again whole
(S0-76 … S0-78, D-10, G-11 … G-15, G-18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from starlette.testclient import TestClient

from nimbus import clock, operations
from nimbus.db import ids
from nimbus.duplicates.unmerge import settle
from nimbus.engagement.append import append
from nimbus.engagement.event import NewEvent
from tests.conftest import World
from tests.contacts.editing import Api
from tests.duplicates.merging import dump, merge, undecayed, unmerge


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


def _post(api: Api, path: str, status: int = 201, **body: Any) -> Any:
    answer = api.http.post(f"/api/v1/{path}", json=body, headers=api.world.alice.headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def _peopled(api: Api) -> None:
    """Everything that a contact can have, on Ada and on Bo."""
    segment = _post(api, "segments/", name="Both", kind="static")["id"]
    other = _post(api, "segments/", name="Bo's", kind="static")["id"]
    for list_id, names in ((segment, ("ada", "bo")), (other, ("bo",))):
        members = {"add": [api.ids[name] for name in names]}
        _post(api, f"segments/{list_id}/members/", 200, **members)
    for name in ("ada", "bo"):
        at = f"contacts/{api.ids[name]}"
        _post(api, f"{at}/notes/", body=f"Met {name}")
        _post(api, f"{at}/tasks/", title=f"Call {name}")
        _post(api, f"{at}/deals/", name=f"Deal of {name}", stage="open", amount=100)
    _happen(api, "ada", "sent", "opened")
    _happen(api, "bo", "sent", "replied", "clicked", "opened", "opened")
    api.patch("bo", {"tags": ["lead", "vip"], "city": "Oslo", "country": "NO", "role": "champion"})


def _happen(api: Api, name: str, *types: str) -> None:
    world = api.world
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        operation = operations.start(tx, world.alice.who, "test.happen", "api")
        contact = ids.read("cont", api.ids[name])
        append(tx, operation, [
            NewEvent(contact, type, tx.now - timedelta(hours=at), "test", None, None, None, {})
            for at, type in enumerate(types)
        ])  # fmt: skip


def test_a_merge_keeps_everything_of_both_and_comes_apart_whole(api: Api) -> None:
    _peopled(api)
    before = dump(api.world)
    tried = merge(api, "bo", "ada", dry_run=True)
    assert dump(api.world) == before
    merged = merge(api, "bo", "ada")
    for answer in (tried, merged):
        answer["meta"].pop("undo_until")
        answer.pop("updated_at")
    assert tried == merged
    # The older id lives on, with the values of who was named first and what the other fills in.
    assert (merged["id"], merged["meta"]["merged"]) == (api.ids["ada"], [api.ids["bo"]])
    assert (merged["email"], merged["full_name"], merged["city"]) == (
        "bo@acme.com",
        "Bo Ek",
        "Oslo",
    )
    assert (merged["phone"], merged["role"]) == ("030 901820", "champion")
    assert merged["tags"] == ["vip", "lead"]
    counted = merged["engagement"]
    assert (counted["total_sent"], counted["total_opened"], counted["total_replied"]) == (2, 3, 1)
    after = dump(api.world)
    for table in ("note", "task", "deal", "engagement_event"):
        assert {row["contact_id"] for row in after[table]} == {before_id(api, "ada")}, table
        assert len(after[table]) == len(before[table])
    on_lists = [m["segment_id"] for m in after["segment_member"]
                if m["contact_id"] == before_id(api, "ada")]  # fmt: skip
    assert len(on_lists) == 2
    # The old id leads on, wherever it is used.
    assert api.get("bo")["id"] == api.ids["ada"]
    assert api.patch("bo", {"state": "Oslo"})["id"] == api.ids["ada"]
    api.patch("bo", {"state": None})
    events = api("GET", "bo", "events/").json()["data"]
    assert len(events) == 7 + 4  # And two notes and two deals.
    # So does either email: an import of them means the one contact.
    for email in ("ada@acme.com", "bo@acme.com"):
        found = _post(api, "contacts/upsert/", 200, email=email)
        assert found["id"] == api.ids["ada"], email

    parted = unmerge(api, "bo")
    assert parted["id"] == api.ids["bo"]
    assert dump(api.world) == before
    assert unmerge(api, "bo", 409)["error"]["code"] == "conflict"


def before_id(api: Api, name: str) -> str:
    return str(ids.read("cont", api.ids[name]))


def test_chains_come_apart_from_the_last_on(api: Api) -> None:
    _peopled(api)
    states = [dump(api.world)]
    merge(api, "bo", "cy", choices={"email": api.ids["cy"]})
    states.append(dump(api.world))
    assert api.get("cy")["email"] == "cy@example.com"
    merge(api, "cy", "ada")
    assert {api.get(name)["id"] for name in ("ada", "bo", "cy")} == {api.ids["ada"]}
    ada = api.get("ada")
    assert (ada["consent_status"], len(ada["tags"])) == ("opted_out", 2)
    first = api.get("ada")
    refused = api.http.post(
        f"/api/v1/operations/{_merges(api)[0]}/undo/", headers=api.world.alice.headers
    )
    assert refused.json()["error"]["later"] == _merges(api)[1]
    assert api.get("ada") == first
    unmerge(api, "bo")
    assert dump(api.world) == states[1]
    unmerge(api, "bo")
    assert dump(api.world) == states[0]
    # Both into one, apart in any order.
    merge(api, "ada", "bo", "cy")
    unmerge(api, "cy")
    assert dump(api.world) == states[0]


def _merges(api: Api) -> list[str]:
    with api.world.door.workspace(api.world.alice.who.workspace_id) as tx:
        found = tx.column("select id from operation where kind = 'contact.merge' order by id")
    return [ids.show("op", id) for id in found]


def test_what_was_done_since_stays_and_a_refusal_holds_for_both(api: Api) -> None:
    _post(api, "suppressions/", emails=["bo@acme.com"], reason="unsubscribe")
    before = dump(api.world)
    merge(api, "ada", "bo")
    held = {row["email"]: row["reason"] for row in dump(api.world)["suppression"]}
    assert held == {"ada@acme.com": "unsubscribe", "bo@acme.com": "unsubscribe"}
    unmerge(api, "bo")
    assert dump(api.world) == before

    # So does what makes a line stricter that was there before.
    _post(api, "suppressions/", emails=["cy@example.com"], reason="manual")
    merge(api, "ada", "cy")
    _post(api, "suppressions/", emails=["cy@example.com"], reason="unsubscribe")
    unmerge(api, "cy")
    held = {row["email"]: row["reason"] for row in dump(api.world)["suppression"]}
    assert held == dict.fromkeys(("ada@acme.com", "bo@acme.com", "cy@example.com"), "unsubscribe")

    merge(api, "ada", "bo")
    api.patch("ada", {"title": "Changed since", "consent_status": "opted_out"})
    _happen(api, "ada", "opened")
    unmerge(api, "bo")
    ada, bo = api.get("ada"), api.get("bo")
    assert (ada["title"], ada["consent_status"]) == ("Changed since", "opted_out")
    assert (bo["title"], bo["consent_status"]) == ("VP Sales", "opted_out")
    assert (ada["engagement"]["total_opened"], bo["engagement"]["total_opened"]) == (1, None)


def test_for_seven_days_and_then_for_good(api: Api, world: World) -> None:
    _peopled(api)
    before = dump(world)
    merged = merge(api, "ada", "bo")
    until = clock.now() + timedelta(days=7)
    assert abs(clock.datetime.fromisoformat(merged["meta"]["undo_until"]) - until) < timedelta(
        minutes=1
    )
    with time_machine.travel(clock.datetime.fromisoformat(merged["meta"]["undo_until"])):
        error = unmerge(api, "bo", 409)["error"]
        assert "7 days" in error["message"]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert settle(tx) == 0
    almost = clock.datetime.fromisoformat(merged["meta"]["undo_until"]) - timedelta(seconds=2)
    with time_machine.travel(almost, tick=False):
        unmerge(api, "bo")
    assert undecayed(dump(world)) == undecayed(before)
    merge(api, "ada", "bo")
    alice = world.alice.who.workspace_id
    with time_machine.travel(clock.now() + timedelta(days=8)), world.door.workspace(alice) as tx:
        assert settle(tx) == 5 + 2  # A note and a deal happened too.


def test_what_cannot_be_merged_is_refused_by_its_name(api: Api, world: World) -> None:
    fine = {"survivor": api.ids["ada"], "sources": [api.ids["bo"]]}
    for wrong, field, status in (
        ({"sources": [api.ids["ada"]]}, "sources", 400),
        ({"choices": {"tags": api.ids["bo"]}}, "choices.tags", 400),
        ({"choices": {"consent_status": api.ids["bo"]}}, "choices.consent_status", 400),
        ({"choices": {"nothing": api.ids["bo"]}}, "choices.nothing", 400),
        ({"choices": {"title": api.ids["cy"]}}, "choices", 400),
        ({"sources": []}, "sources", 400),
        ({"survivor": "cont_01h455vb4pex5vsknk084sn02q"}, "survivor", 400),
    ):
        answer = api.http.post(
            "/api/v1/contacts/merge/", json={**fine, **wrong}, headers=world.alice.headers
        )
        error = answer.json()["error"]
        assert (answer.status_code, error.get("field")) == (status, field), error
    api("DELETE", "bo")
    api("DELETE", "ada")
    assert merge(api, "ada", "bo", status=409)["error"]["code"] == "in_trash"
    assert unmerge(api, "ada", 409)["error"]["code"] == "conflict"


def test_groups_are_merged_each_by_itself(api: Api) -> None:
    before = dump(api.world)
    stranger = "cont_01h455vb4pex5vsknk084sn02q"
    body: dict[str, Any] = {
        "groups": [
            {"survivor": api.ids["bo"], "sources": [stranger]},
            {"survivor": api.ids["bo"], "sources": [api.ids["ada"]]},
            {"survivor": api.ids["bo"], "sources": [api.ids["ada"]]},
            {"survivor": api.ids["cy"], "sources": [api.ids["bo"]], "choices": {"tags": stranger}},
        ]
    }
    tried = _post(api, "contacts/merge/bulk/", 200, **body, dry_run=True)
    assert dump(api.world) == before
    done = _post(api, "contacts/merge/bulk/", 200, **body)
    told = [(one["status"], one["error"] and one["error"]["field"]) for one in done["data"]]
    assert told == [
        ("refused", "sources[0]"), ("merged", None), ("refused", "sources"),
        ("refused", "choices.tags"),
    ]  # fmt: skip
    assert done["meta"] == {"merged": 1, "refused": 3}
    merged = done["data"][1]
    assert (merged["id"], merged["merged"]) == (api.ids["ada"], [api.ids["bo"]])
    for answer in (tried, done):
        for one in answer["data"]:
            one.pop("undo_until")
            one.pop("operation_id")
    assert tried == done
    operation = _merges(api)[0]
    undone = api.http.post(f"/api/v1/operations/{operation}/undo/", headers=api.world.alice.headers)
    assert undone.status_code == 200, undone.text
    assert dump(api.world) == before
