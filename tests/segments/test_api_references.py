"""What refers to segments, and keeps them; views, the page of a contact, the rollback (G-29)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus import operations
from nimbus.db import ids
from nimbus.filters.stored import NOBODY
from nimbus.operations.erasing import Person, erase
from nimbus.operations.references import Thing, references
from nimbus.operations.rename import Renamed, rewrite
from nimbus.problems import Problem
from nimbus.segments.read import one
from nimbus.segments.write import delete
from nimbus.segments.write_members import change_members
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact
from tests.imports.test_run import bring
from tests.segments.asking import CONTACTS, SEGMENTS, VIEWS, VP, Api, shown, within


def test_what_is_used_is_not_deleted_unless_it_is_meant(alice: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        vp = add_contact(tx, seniority="vp")
    inner = alice.segment("Inner", VP)
    outer = alice.segment("Outer", {"not": within(inner)})
    alice("POST", VIEWS, {"name": "Mine", "filter": within(inner)}, 201)
    shared = {"name": "Everybody's", "filter": within(inner), "is_shared": True}
    view = alice("POST", VIEWS, shared, 201)["id"]
    used = alice("GET", f"{SEGMENTS}{inner}/references/")
    assert {(one["kind"], one["id"], one["name"]) for one in used["data"]} == {
        ("segment", outer, "Outer"), ("saved_view", view, "Everybody's"),
        ("saved_view", None, "1 private view"),  # What people call their own is nobody's business.
    }  # fmt: skip
    error = alice.refusal("DELETE", f"{SEGMENTS}{inner}/", status=409)
    assert (error["code"], error["references"]) == ("in_use", used["data"])
    assert alice.people(outer) == set()
    assert alice("DELETE", f"{SEGMENTS}{inner}/?force=true")["name"] == "Inner"
    alice("GET", f"{SEGMENTS}{inner}/", status=404)

    # Nobody is in what is gone, and whoever asks for it says so.
    assert alice.people(outer) == shown(vp)
    (problem,) = alice("GET", f"{SEGMENTS}{outer}/")["problems"]
    assert inner in problem
    told = alice("GET", f"{SEGMENTS}{outer}/explain/?contact={ids.show('cont', vp)}")
    assert (told["is_member"], told["predicates"][1]["holds"]) == (True, False)
    alice("GET", f"{CONTACTS}?segment={inner}", status=400)
    assert alice("GET", f"{VIEWS}{view}/")["href"] == f"/contacts?segment={inner}"
    assert alice("DELETE", f"{SEGMENTS}{outer}/")["id"] == outer


def test_deleting_a_list_waits_for_whoever_is_being_put_on_it(alice: Api, world: World) -> None:
    """Or the log would not tell of them, and the undo would bring the list back without them."""
    who, ws = world.alice.who, world.alice.who.workspace_id
    with world.door.workspace(ws) as tx:
        ann = add_contact(tx)
    by_hand = alice.segment("By hand")
    with world.door.workspace(ws) as tx:
        segment = one(tx, ids.read("seg", by_hand))

    def deleting() -> None:
        with world.door.workspace(ws) as tx:
            delete(tx, who, segment, force=False, through="api")

    waiting = threading.Thread(target=deleting)
    with world.door.workspace(ws) as tx:
        change_members(tx, who, segment, [ann], [], through="api")
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join()
    with world.door.workspace(ws) as tx:
        left = "select thing_id from change where thing = 'segment_member' and kind = 'left'"
        assert tx.column(left) == [ann]
        with pytest.raises(Problem, match="No such"):  # Whoever had read of it before.
            change_members(tx, who, segment, [], [ann], through="api")


def test_undoing_its_creation_keeps_a_segment_that_is_asked_for(alice: Api, world: World) -> None:
    inner = alice.segment("Inner", VP)
    outer = alice.segment("Outer", {"not": within(inner)})
    view = alice("POST", VIEWS, {"name": "Mine", "filter": within(outer)}, 201)["id"]

    def undo(segment: str) -> Any:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            made = "select id from operation where kind = 'segment.create' and subject_id = %s"
            operation = ids.show("op", tx.value(made, [ids.read("seg", segment)]))
        return alice("POST", f"/api/v1/operations/{operation}/undo/")

    for used in (inner, outer):
        undone = undo(used)
        assert undone["kept"] == 1, undone
        assert alice("GET", f"{SEGMENTS}{used}/")["problems"] == []
    (kept,) = alice("GET", f"/api/v1/operations/{undone['operation']['id']}/kept/")["data"]
    assert kept["reason"] == "in_use"
    unused = alice.segment("Unused", VP)
    assert undo(unused)["kept"] == 0
    alice("GET", f"{SEGMENTS}{unused}/", status=404)
    assert alice("GET", f"{VIEWS}{view}/")["filter"] == within(outer)


def test_views_are_ones_own_until_they_are_shared(
    alice: Api, http: TestClient, world: World
) -> None:
    bob = Api(http, world.bob.headers)
    stage = alice(
        "POST",
        "/api/v1/custom-fields/",
        {"name": "stage", "field_type": "dropdown", "options": ["Live", "Lost"]},
        201,
    )
    filter = {"field": "custom.stage", "op": "in", "value": ["Live", "Lost"]}
    body = {"name": "Hot", "filter": filter, "search": "ann", "sort": "lead_score_desc",
            "columns": ["full_name", "custom.stage"]}  # fmt: skip
    view = alice("POST", VIEWS, body, 201)
    assert {key: view[key] for key in body} == body
    assert view["href"] == "/contacts?custom.stage=Live,Lost&q=ann&sort=lead_score_desc"
    assert bob("GET", VIEWS)["data"] == []
    here = f"{VIEWS}{view['id']}/"
    bob("GET", here, status=404)
    alice("PATCH", here, {"is_shared": True, "filter": None})
    seen = bob("GET", here)
    assert (seen["is_own"], seen["filter"], seen["name"]) == (False, None, "Hot")
    bob("PATCH", here, {"name": "Bob's"}, status=403)
    for wrong, field in (({"sort": "x"}, "sort"), ({"columns": ["nope"]}, "columns[0]"),
                         ({"columns": ["email", "email"]}, "columns[1]"), ({"name": ""}, "name"),
                         ({"search": "a b c d e f g h i"}, "search"), ({"x": 1}, "x"),
                         ({"filter": {"and": 1}}, "filter.and")):  # fmt: skip
        assert alice.refusal("PATCH", here, wrong)["field"] == field
    assert alice("GET", VIEWS)["data"][0]["is_shared"] is True

    # What views and segments use is known, and follows a new name.
    alice("PATCH", here, {"filter": filter})
    segment = alice.segment("Live ones", {"and": [filter, {"field": "tags", "op": "eq",
                                                            "value": "vip"}]})  # fmt: skip
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        field = str(ids.read("cf", stage["id"]))
        both = {"segment", "saved_view"}
        for thing, users in (
            (Thing("custom_field", field), both), (Thing("option", f"{field}:Live"), both),
            (Thing("option", f"{field}:Else"), set()), (Thing("tag", "vip"), {"segment"}),
            (Thing("tag", "Live"), set()),
        ):  # fmt: skip
            assert {one.kind for one in references(tx, thing)} == users, thing
        operation = operations.start(tx, world.alice.who, "test", "api")
        rewrite(tx, operation, Renamed("tags", "vip", "top", several=True))
        rewrite(tx, operation, Renamed(field, None, None, several=False))
        told = tx.column("select thing from change where workspace_id = %s and operation_id = %s "
                         "order by id", [tx.workspace_id, operation.id])  # fmt: skip
        assert told == ["segment", "segment", "saved_view", "saved_view"]
    view = alice("GET", here)
    assert (view["columns"], view["filter"]) == (["full_name"], NOBODY)
    assert alice("GET", f"{SEGMENTS}{segment}/")["filter"]["and"][1]["value"] == "top"
    assert alice("DELETE", here)["id"] == view["id"]
    alice("GET", here, status=404)


def test_the_page_of_a_contact_tells_its_segments(
    browser_of: Any, http: TestClient, world: World
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        big = add_company(tx, employee_count=900)
        contact = ids.show("cont", add_contact(tx, seniority="vp", company_id=big))
    alice = Api(http, world.alice.headers)
    vps, by_hand = alice.segment("VPs", VP), alice.segment("By hand")
    alice.segment("Large", {"field": "company.employee_count", "op": "gt", "value": 500})
    alice.segment("Others", {"not": within(vps)})
    alice("POST", f"{SEGMENTS}{by_hand}/members/", {"add": [contact]})
    browser = browser_of(world.alice)
    page = browser.get(f"/contacts/{contact}/print").text
    told = page[page.index('id="segments"') :]
    told = told[: told.index("</section>")]
    assert [name in told for name in ("VPs", "By hand", "Large", "Others")] == [True] * 3 + [False]
    assert f'href="/contacts?segment={vps}"' in told
    page = browser.get(f"/contacts/{contact}?tab=activity").text
    assert "Put on the list" in page
    assert f"/contacts?segment={by_hand}" in page
    listed = browser.get(f"/contacts?segment={vps}")
    assert (listed.status_code, "“VPs”" in listed.text) == (200, True)

    with world.door.workspace(world.alice.who.workspace_id) as tx:
        id = ids.read("cont", contact)
        used = [one.name for one in references(tx, Thing("contact", str(id)))]
        assert used == ["By hand", "Large", "VPs"]
        erase(tx, Person((id,), (), ()))
        assert "By hand" not in [one.name for one in references(tx, Thing("contact", str(id)))]


def test_a_list_keeps_nobody_from_the_rollback_of_an_import(alice: Api, world: World) -> None:
    imported = ids.show("imp", bring(world, "Email,First name\nann@acme.example,Ann\n").id)
    (contact,) = (one["id"] for one in alice("GET", CONTACTS)["data"])
    by_hand = alice.segment("By hand")
    alice("POST", f"{SEGMENTS}{by_hand}/members/", {"add": [contact]})
    alice("POST", f"/api/v1/imports/{imported}/rollback/", status=202)
    world.work()
    assert alice("GET", f"{CONTACTS}{contact}/")["is_deleted"]
    assert alice.people(by_hand) == set()
    alice("POST", f"/api/v1/imports/{imported}/rollback/undo/", status=202)
    world.work()
    assert alice.people(by_hand) == {contact}
