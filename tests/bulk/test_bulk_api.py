"""Bulk actions over the API: counted, told row by row, cancelled, reversed (S0-61 … S0-84)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.bulk import read, run
from nimbus.bulk.jobs import sweep_log
from nimbus.db import ids
from nimbus.jobs import Context
from nimbus.jobs.queue import stopping
from tests.conftest import World
from tests.imports.test_run import bring
from tests.segments.asking import Api, within

BULK, CONTACTS, OPERATIONS = "/api/v1/bulk/", "/api/v1/contacts/", "/api/v1/operations/"
TITLE = {"field": "title", "op": "contains", "value": "vp"}


def people(count: int) -> str:
    rows = (f"p{i}@example.com,P{i},{'VP Sales' if i % 2 else 'Clerk'}" for i in range(count))
    return "Email,First name,Title\n" + "\n".join(rows) + "\n"


@pytest.fixture
def alice(http: TestClient, world: World) -> Api:
    bring(world, people(6))
    return Api(http, world.alice.headers)


def every(alice: Api, **query: str) -> dict[str, Any]:
    found = alice.http.get(CONTACTS, params={"page_size": "500", **query}, headers=alice.headers)
    return {one["email"]: one for one in found.json()["data"]}


def test_a_small_one_is_done_at_once_and_told_row_by_row(alice: Api, world: World) -> None:
    before = every(alice)
    trashed, kept = before["p1@example.com"]["id"], before["p3@example.com"]["id"]
    alice("DELETE", f"{CONTACTS}{trashed}/")
    stranger = ids.show("cont", UUID(int=7))
    options = {"add": ["Hot Lead"]}
    asked = {"action": "tags", "options": options, "contact_ids": [stranger, trashed, kept, kept]}
    done = alice("POST", BULK, asked)
    assert (done["count"], done["done"], done["failed"], done["status"]) == (3, 1, 2, "done")
    assert done["label"] == "Tag 3 contacts with hot_lead"
    told = {row["contact_id"]: (row["outcome"], row["reason"]) for row in done["results"]}
    assert told == {
        stranger: ("failed", "not_found"), trashed: ("failed", "in_trash"), kept: ("done", None)
    }  # fmt: skip
    # By a filter: who has the tag already is unchanged, and whom it does not find is not touched.
    asked = {"action": "tags", "options": options, "filter": TITLE, "expected_count": 2}
    done = alice("POST", BULK, asked)
    assert (done["count"], done["done"], done["unchanged"]) == (2, 1, 1)
    tagged = {email for email, one in every(alice).items() if one["tags"]}
    assert tagged == {"p3@example.com", "p5@example.com"}
    # The number that was confirmed holds, or nothing is done (G-20).
    refusal = alice.refusal("POST", BULK, {**asked, "expected_count": 3}, 409)
    assert (refusal["field"], refusal["count"]) == ("expected_count", 2)
    counted = alice("POST", BULK, {**asked, "dry_run": True})
    assert (counted["status"], counted["count"], counted["id"]) == ("dry_run", 2, None)
    log = alice("GET", BULK)
    assert [one["label"] for one in log["data"]] == [
        "Tag 2 contacts with hot_lead", "Tag 3 contacts with hot_lead"
    ]  # fmt: skip
    rows = alice("GET", f"{BULK}{done['id']}/rows/?outcome=unchanged")
    assert [row["contact_id"] for row in rows["data"]] == [kept]


def test_a_suppression_that_others_asked_for_too_outlives_an_undo(alice: Api) -> None:
    """As long as theirs stands, whichever of them has it in the log."""
    people = every(alice)
    both = [people[email]["id"] for email in ("p0@example.com", "p1@example.com")]

    def suppress(some: list[str]) -> str:
        body = {"action": "suppress", "options": {"reason": "manual"}, "contact_ids": some}
        return f"{BULK}{alice('POST', BULK, body)['id']}/reverse/"

    def held() -> list[str]:
        found = alice("GET", "/api/v1/suppressions/")["data"]
        return sorted(one["email"] for one in found)

    first, second = suppress(both), suppress(both[:1])
    assert alice("POST", first)["kept"] == 1
    assert held() == ["p0@example.com"]
    first, third = suppress(both), suppress(both)
    alice("POST", second)
    alice("POST", third)
    # The third was not written down beside the second; since that was undone, a fourth is.
    fourth = suppress(both[:1])
    alice("POST", first)
    assert held() == ["p0@example.com"]
    alice("POST", fourth)
    assert held() == ["p0@example.com"], "it was there before the fourth"


def test_two_suppressions_that_are_undone_leave_nothing(alice: Api) -> None:
    one = [every(alice)["p0@example.com"]["id"]]
    body = {"action": "suppress", "options": {"reason": "manual"}, "contact_ids": one}
    twice = [alice("POST", BULK, body)["id"] for _ in range(2)]
    for id in reversed(twice):
        alice("POST", f"{BULK}{id}/reverse/")
    assert alice("GET", "/api/v1/suppressions/")["data"] == []


def test_what_is_refused_changes_nothing(alice: Api, http: TestClient, world: World) -> None:
    before = every(alice)
    one = before["p1@example.com"]["id"]
    tag = {"action": "tags", "options": {"add": ["x"]}, "contact_ids": [one]}
    gone = ids.show("seg", UUID(int=7))
    charlies = Api(http, world.charlie.headers).segment("Charlies")
    for body, field in (
        ({**tag, "action": "shout"}, "action"),
        ({**tag, "options": {}}, "options.add"),
        ({**tag, "options": {"add": ["x"], "more": 1}}, "options.more"),
        ({**tag, "options": {"add": ["x"], "remove": ["x"]}}, "options.remove"),
        ({**tag, "search": "p"}, "search"),
        ({**tag, "contact_ids": [ids.show("cont", UUID(int=7))]}, "contact_ids"),
        ({**tag, "action": "set_field", "options": {"field": "email", "value": "a@b.com"}},
         "options.field"),
        ({**tag, "action": "set_field", "options": {"field": "lead_score", "value": 1}},
         "options.field"),
        ({**tag, "action": "set_field", "options": {"field": "consent_status", "value": "x"}},
         "options.value"),
        ({**tag, "action": "suppress", "options": {"reason": "x"}}, "options.reason"),
        ({"action": "delete"}, "expected_count"),
    ):  # fmt: skip
        assert alice.refusal("POST", BULK, body)["field"] == field, body
    for action in ("enrich", "enroll", "export"):
        assert (
            "Nothing was changed"
            in alice.refusal("POST", BULK, {"action": action, "contact_ids": [one]}, 409)["message"]
        )
    # Another workspace's list is not there, in the very words.
    add = {"action": "add_to_segment", "contact_ids": [one]}
    told = [
        alice.refusal("POST", BULK, {**add, "options": {"segment_id": id}})
        for id in (gone, charlies)
    ]
    assert told[0] == told[1]
    assert Api(http, world.bob.headers).refusal("POST", BULK, tag, 403)["scope"] == "contacts:write"
    assert every(alice) == before
    assert alice("GET", BULK)["data"] == []


def test_everybody_is_not_deleted_by_what_restricts_nobody(alice: Api) -> None:
    """An empty group is no filter, nor is a blank search, nor the trash that is meant anyhow."""
    before = every(alice)
    gone = {"action": "delete", "options": {"reason": "x"}}
    live = {"field": "is_deleted", "op": "eq", "value": False}
    for everybody in (
        {"filter": {"and": []}},
        {"filter": {"and": [{"and": []}]}},
        {"filter": {"or": [TITLE, {"and": []}]}},
        {"filter": {"not": {"not": {"and": []}}}},
        {"filter": live},
        {"filter": {"not": {**live, "value": True}}},
        {"search": "   "},
    ):
        refused = alice.refusal("POST", BULK, {**gone, **everybody})
        assert refused["field"] == "expected_count", everybody
    assert every(alice) == before
    told = {**gone, "filter": {"and": []}, "expected_count": len(before)}
    assert alice("POST", BULK, told)["done"] == len(before)


def test_a_segment_of_everybody_hides_nothing(alice: Api) -> None:
    """What restricts nobody does not either where segments ask it, one through another (G-20)."""
    before = every(alice)
    all_ = alice.segment("All", {"and": []})
    around = alice.segment("Around", within(all_))
    listed = alice.segment("List")
    gone = {"action": "delete", "options": {"reason": "x"}}
    for everybody in (
        within(all_), within(all_, "in"), within(around), {"not": within(all_, "ne")},
        {"or": [within(listed), within(around)]},
    ):  # fmt: skip
        refused = alice.refusal("POST", BULK, {**gone, "filter": everybody})
        assert refused["field"] == "expected_count", everybody
    assert every(alice) == before
    # A list restricts, and so does what is asked beside everybody.
    assert alice.refusal("POST", BULK, {**gone, "filter": within(listed)}, 409)["count"] == 0
    some = alice("POST", BULK, {**gone, "filter": {"and": [within(around), TITLE]}})
    assert some["done"] == 3


def test_a_required_field_is_not_cleared_of_anybody(alice: Api) -> None:
    alice("PUT", "/api/v1/required-fields/", {"fields": ["first_name"]})
    before = every(alice)
    of_all = {"action": "set_field", "filter": TITLE}
    cleared = {**of_all, "options": {"field": "first_name", "value": None}}
    refused = alice("POST", BULK, cleared, 400)["error"]
    assert refused["field"] == "options.value"
    # Nor by the name that it is a part of.
    done = alice("POST", BULK, {**of_all, "options": {"field": "full_name", "value": "Only"}})
    reasons = {row["reason"] for row in done["results"]}
    assert (done["failed"], reasons) in ((3, {"required_field"}), (0, {None}))
    assert all(one["first_name"] for one in every(alice).values())
    assert len(every(alice)) == len(before)


def test_a_large_one_is_cancelled_killed_and_reversed(
    alice: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(world, people(1_201))
    monkeypatch.setattr(run, "BATCH", 500)
    begun = alice("POST", BULK, {"action": "tags", "options": {"add": ["all"]}}, 202)
    assert (begun["status"], begun["count"], begun["results"]) == ("queued", 1201, [])
    whole = f"{BULK}{begun['id']}/"
    _some_batches(world, begun, monkeypatch)  # Then the worker dies.
    at = alice("GET", whole)
    assert (at["status"], at["done"], at["not_done"]) == ("running", 500, 701)
    alice.refusal("POST", f"{whole}reverse/", status=409)
    assert alice("POST", f"{whole}cancel/")["status"] == "cancelled"
    world.work()
    at = alice("GET", whole)
    done, rest = (
        {row["contact_id"] for row in _pages(alice, f"{whole}rows/?outcome={outcome}")}
        for outcome in ("done", "not_done")
    )
    assert (len(done), len(rest), at["done"], at["not_done"]) == (500, 701, 500, 701)
    assert done == {one["id"] for one in _pages(alice, f"{CONTACTS}?tag=all")}
    alice.refusal("POST", f"{whole}cancel/", status=409)

    # Somebody works on one of them; all others go back, and that is told.
    edited = min(done)
    alice("POST", f"{CONTACTS}{edited}/tags/", {"add": ["own"], "remove": ["all"]})
    alice("POST", f"{CONTACTS}{edited}/tags/", {"add": ["all"]})
    undone = alice("POST", f"{whole}reverse/")
    assert (undone["counts"]["contact_restored"], undone["kept"]) == (499, 1)
    undo = undone["operation"]["id"]
    assert alice("GET", whole)["undone_by"] == undo
    assert {one["id"] for one in _pages(alice, f"{CONTACTS}?tag=all")} == {edited}
    (kept,) = alice("GET", f"{OPERATIONS}{undo}/kept/")["data"]
    assert kept["id"] == edited
    alice.refusal("POST", f"{whole}reverse/", status=409)
    # The reversing can be reversed, and the action reversed again.
    alice("POST", f"{OPERATIONS}{undo}/undo/")
    assert alice("GET", whole)["undone_by"] is None
    assert {one["id"] for one in _pages(alice, f"{CONTACTS}?tag=all")} == done
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert "30 days" in alice.refusal("POST", f"{whole}reverse/", status=409)["message"]
        assert alice("GET", BULK)["data"] == []
        sweep_log.run(Context(world.instance, None))
    alice.refusal("GET", whole, status=404)


def test_whoever_was_erased_is_in_no_total_of_rows(
    alice: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = alice("POST", BULK, {"action": "tags", "options": {"add": ["x"]}, "filter": TITLE})
    gone = done["results"][0]["contact_id"]
    alice("DELETE", f"{CONTACTS}{gone}/?hard=true", {"deletion_reason": "asked"})
    assert alice("GET", f"{BULK}{done['id']}/")["done"] == 3, "the log keeps what it told"
    for outcome, count in (("", 2), ("?outcome=done", 2), ("?outcome=failed", 0)):
        found = alice("GET", f"{BULK}{done['id']}/rows/{outcome}")
        assert len(found["data"]) == found["meta"]["total_count"] == count
        assert found["meta"]["total_is_exact"]
    # To count many takes too long: then it is the number of the log, which is not exact.
    monkeypatch.setattr(read, "COUNT_BUDGET", 2)
    meta = alice("GET", f"{BULK}{done['id']}/rows/")["meta"]
    assert (meta["total_count"], meta["total_is_exact"]) == (3, False)


def _some_batches(world: World, begun: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """One batch, and then nothing more, as if the worker had died."""
    job_id, operation_id = ids.read("job", begun["job_id"]), ids.read("op", begun["id"])
    stopping.set()
    with monkeypatch.context() as once:
        once.setattr(run, "start", lambda tx, bulk: None)
        context = Context(world.instance, world.alice.who.workspace_id)
        run.run_bulk.run(context, str(job_id), str(operation_id))
    stopping.clear()


def _pages(alice: Api, path: str) -> list[dict[str, Any]]:
    sign, cursor, found = "&" if "?" in path else "?", "", []
    while cursor is not None:
        page = alice("GET", f"{path}{sign}page_size=400{cursor and f'&cursor={cursor}'}")
        found += page["data"]
        cursor = page["meta"]["next_cursor"]
    assert len({str(one) for one in found}) == len(found) == page["meta"]["total_count"]
    return found
