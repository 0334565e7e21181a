"""`/api/v1/segments/`: what is in one, why, and who may be written to (G-27, G-28)."""

from __future__ import annotations

from uuid import uuid4

from nimbus.accounts.operate import opt_out
from nimbus.db import ids
from nimbus.identity.keys import email_key
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact
from tests.segments.asking import CONTACTS, SEGMENTS, VP, Api, shown, within


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
