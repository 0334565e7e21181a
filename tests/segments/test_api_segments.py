"""`/api/v1/segments/`: what is in one, why, and what keeps it from being deleted (G-27 … G-29)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from nimbus import operations
from nimbus.accounts.operate import opt_out
from nimbus.db import ids
from nimbus.filters.stored import NOBODY
from nimbus.identity.keys import email_key
from nimbus.operations.erasing import Person, erase
from nimbus.operations.references import Thing, references
from nimbus.operations.rename import Renamed, rewrite
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact
from tests.imports.test_run import bring

SEGMENTS, VIEWS, CONTACTS = "/api/v1/segments/", "/api/v1/saved-views/", "/api/v1/contacts/"
VP = {"field": "seniority", "op": "eq", "value": "vp"}


class Api:
    """Calls as one person."""

    def __init__(self, http: TestClient, headers: dict[str, str]) -> None:
        self.http, self.headers = http, headers

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.http.request(method, path, json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def refusal(self, method: str, path: str, body: Any = None, status: int = 400) -> Any:
        return self(method, path, body, status)["error"]

    def segment(self, name: str, filter: Any = None) -> str:
        kind = "dynamic" if filter else "static"
        body = {"name": name, "kind": kind, "filter": filter}
        id: str = self("POST", SEGMENTS, body, 201)["id"]
        return id

    def people(self, segment: str) -> set[str]:
        listed = self("GET", f"{SEGMENTS}{segment}/contacts/")
        assert listed["meta"]["total_count"] == len(listed["data"])
        assert self("GET", f"{SEGMENTS}{segment}/count/")["total"] == len(listed["data"])
        return {one["id"] for one in listed["data"]}


@pytest.fixture
def alice(http: TestClient, world: World) -> Api:
    return Api(http, world.alice.headers)


def within(segment: str, op: str = "eq") -> dict[str, Any]:
    return {"field": "segment", "op": op, "value": [segment] if op.endswith("in") else segment}


def shown(*contacts: UUID) -> set[str]:
    return {ids.show("cont", id) for id in contacts}


def test_segments_of_segments_lists_and_the_list_of_contacts(alice: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        big = add_company(tx, employee_count=900)
        vp, other, gone = (
            add_contact(tx, seniority="vp", company_id=big, tags=["vip"]),
            add_contact(tx, seniority="director"),
            add_contact(tx, seniority="vp", is_deleted=True),
        )
    vps = alice.segment("VPs", VP)
    large = {"field": "company.employee_count", "op": "gte", "value": 500}
    nested = alice.segment("VPs of large companies", {"and": [within(vps), large]})
    by_hand = alice.segment("By hand")
    assert alice.people(vps) == alice.people(nested) == shown(vp)
    assert alice.people(by_hand) == set()

    a, b, c = (ids.show("cont", id) for id in (vp, other, gone))
    never = ids.show("cont", uuid4())
    members = f"{SEGMENTS}{by_hand}/members/"
    told = alice("POST", members, {"add": [a, b, c, never, a]})
    assert [one["result"] for one in told["results"]] == ["added", "added", "in_trash", "not_found"]
    told = alice("POST", members, {"add": [a], "remove": [b, c, never]})
    assert [one["result"] for one in told["results"]] == [
        "already", "removed", "already", "not_found",
    ]  # fmt: skip
    assert alice.people(by_hand) == {a}

    # In any list, by either name; those in the trash are in the opposite, which lists them (D-12).
    for name in ("segment", "segment_id"):
        assert {x["id"] for x in alice("GET", f"{CONTACTS}?{name}={by_hand}")["data"]} == {a}
    listed = alice("GET", f"{CONTACTS}?segment__not_in={by_hand},{vps}")
    assert {x["id"] for x in listed["data"]} == {b, c}

    # A change of the contact, of the segment and of one that it asks for is in the next read.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update contact set seniority = 'vp', company_id = %s where workspace_id = %s "
               "and id = %s", [big, tx.workspace_id, other])  # fmt: skip
    assert alice.people(nested) == {a, b}
    alice("PATCH", f"{SEGMENTS}{vps}/", {"name": "Was VPs", "filter": within(by_hand)})
    assert alice.people(nested) == {a}
    assert "“Was VPs”" in alice("GET", f"{SEGMENTS}{nested}/")["sentence"]

    # Deleted ones are counted apart, and are back on their list when they are restored.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update contact set is_deleted = true where workspace_id = %s and id = %s",
               [tx.workspace_id, vp])  # fmt: skip
    assert alice.people(by_hand) == alice.people(nested) == set()
    assert alice("GET", f"{SEGMENTS}{by_hand}/count/")["deleted"] == 1


def test_why_a_contact_is_in_a_segment(alice: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = add_contact(tx, seniority="vp", tags=["vip"], lead_score=40)
    shown_id = ids.show("cont", contact)
    by_hand = alice.segment("By hand")
    alice("POST", f"{SEGMENTS}{by_hand}/members/", {"add": [shown_id]})
    vps = alice.segment("VPs", {"and": [VP, {"not": {"field": "tags", "op": "eq", "value": "x"}}]})
    outer = alice.segment("Both", {"or": [
        {"field": "lead_score", "op": "gte", "value": 60},
        {"field": "segment", "op": "in", "value": [by_hand, vps]},
    ]})  # fmt: skip
    told = alice("GET", f"{SEGMENTS}{outer}/explain/?contact={shown_id}")
    assert told["is_member"] is True
    found = {(one["segment_id"], one["path"]): one for one in told["predicates"]}
    assert (found[outer, "filter"]["holds"], found[outer, "filter"]["field"]) == (True, None)
    score = found[outer, "filter.or[0]"]
    assert (score["value"], score["holds"], score["sentence"]) == (
        40, False, "Lead score is at least 60",
    )  # fmt: skip
    both = found[outer, "filter.or[1]"]
    assert (both["holds"], sorted(both["value"])) == (True, sorted([by_hand, vps]))
    assert found[vps, "filter.and[0]"]["value"] == "vp"
    assert (
        found[vps, "filter.and[1].not"] | {"value": ["vip"], "holds": False}
        == (found[vps, "filter.and[1].not"])
    )
    assert found[by_hand, "members"]["holds"]
    assert found[by_hand, "members"]["sentence"].endswith("put it on the list “By hand”")
    assert found[outer, "is_deleted"]["holds"]
    refused = alice.refusal("GET", f"{SEGMENTS}{outer}/explain/")
    assert refused["field"] == "contact"


def test_who_may_be_written_to(alice: Api, world: World) -> None:
    secret = world.instance.secrets.key("email")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        client = world.alice.client.id
        for name, more in {
            "free": {}, "held": {}, "domain": {}, "platform": {}, "elsewhere": {},
            "refused": {"consent_status": "opted_out"}, "bounced": {"status": "bounced"},
        }.items():  # fmt: skip
            domain = "mail.held.example" if name == "domain" else "free.example"
            email = f"{name}@{domain}"
            add_contact(tx, email=email, email_key=email_key(secret, email), client_id=client,
                        tags=["asked"], **more)  # fmt: skip
    segment = alice.segment("Asked", {"field": "tags", "op": "eq", "value": "asked"})
    counted = f"{SEGMENTS}{segment}/count/"
    told = alice("GET", counted)
    assert (told["total"], told["sendable"], told["suppressed"]) == (7, 5, 0)
    alice("POST", "/api/v1/suppressions/",
          {"emails": ["held@free.example"], "reason": "manual"}, 201)  # fmt: skip
    alice("POST", "/api/v1/suppression-domains/",
          {"domains": ["held.example"], "reason": "competitor"}, 201)  # fmt: skip
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        tx.rows("select * from registry_claim(%s, %s, 1::smallint, %s, %s)",
                [[email_key(secret, "elsewhere@free.example")], world.charlie.client.id,
                 tx.now, tx.now.replace(year=tx.now.year + 1)])  # fmt: skip
    opt_out(world.instance, [email_key(secret, "platform@free.example")], "asked us")
    told = alice("GET", counted)
    told.pop("took_ms")
    assert told == {"total": 7, "sendable": 1, "suppressed": 3, "deleted": 0, "is_exact": True}


def test_saving_is_refused_with_the_place_and_the_fix(alice: Api, world: World) -> None:
    a = alice.segment("A", VP)
    b = alice.segment("B", {"or": [VP, within(a)]})
    c = alice.segment("C", {"not": within(b, "in")})
    error = alice.refusal("PATCH", f"{SEGMENTS}{a}/", {"filter": within(c)})
    assert error["cycle"] == [a, c, b, a]
    assert "“A” → “C” → “B” → “A”" in error["message"]
    assert alice("GET", f"{SEGMENTS}{a}/")["filter"] == VP
    assert alice.refusal("PATCH", f"{SEGMENTS}{a}/", {"filter": within(a)})["cycle"] == [a, a]

    many = {"or": [{"field": "title", "op": "eq", "value": f"{n}"} for n in range(99)]}
    big = alice.segment("Big", many)
    alice("PATCH", f"{SEGMENTS}{a}/", {"filter": {"or": [within(big), within(big), VP]}})
    error = alice.refusal("PATCH", f"{SEGMENTS}{big}/", {"filter": {"or": [many, many]}})
    assert "100 questions" in error["message"]
    extra = {"and": [within(big), within(a)]}
    error = alice.refusal("POST", SEGMENTS, {"name": "Too much", "filter": extra})
    assert (error["field"], "300 questions" in error["message"]) == ("filter", True)
    error = alice.refusal("GET", f"{CONTACTS}?segment={a},{b},{c}")
    assert error["code"] == "too_expensive"
    fifth = {"name": "E", "filter": within(alice.segment("D", within(c)))}
    assert "5 deep" in alice.refusal("POST", SEGMENTS, fifth)["message"]

    for body, field in (
        ({"name": "A", "filter": VP}, None),
        ({"name": "S", "kind": "static", "filter": VP}, "filter"),
        ({"name": "S"}, "filter"),
        ({"name": " ", "filter": VP}, "name"),
        ({"name": "S", "filter": VP, "color": "red"}, "color"),
        ({"name": "S", "filter": {"and": [VP, {"field": "nope"}]}}, "filter.and[1].field"),
        ({"name": "S", "filter": within(ids.show("seg", uuid4()), "in")}, "filter.value[0]"),
    ):
        status = 409 if field is None else 400
        assert alice.refusal("POST", SEGMENTS, body, status)["field"] == (field or "name")
    add = {"add": [ids.show("cont", uuid4())]}
    assert alice.refusal("POST", f"{SEGMENTS}{a}/members/", add, 409)["code"] == "conflict"
    by_hand = alice.segment("By hand")
    for body, field in (({}, "add"), ({"add": ["cont_x"]}, "add[0]"),
                        ({**add, "remove": add["add"]}, "remove[0]")):  # fmt: skip
        told = alice.refusal("POST", f"{SEGMENTS}{by_hand}/members/", body)
        assert told["field"] == field


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
    page = browser.get(f"/contacts/{contact}").text
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
        assert [one.name for one in references(tx, Thing("contact", str(id)))] == ["By hand"]
        erase(tx, Person((id,), (), ()))
        assert list(references(tx, Thing("contact", str(id)))) == []


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
