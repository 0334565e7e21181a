"""Creating contacts by the API: one, by a named attribute, a thousand (S3-25 … S3-28, S3-34, F-24).

Several assertions share one world: to make one takes longer than most of them.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from nimbus.identity import email_key
from tests.conftest import Person, World

HERE = "/api/v1/contacts/"
BOB = {
    "email": "bob@example.com", "first_name": "Bob", "last_name": "Johnson",
    "title": "VP Marketing", "company_domain": "example.com",
    "tags": ["inbound_lead", "Demo Requested"], "company": {"employee_count": 350},
}  # fmt: skip


class Api:
    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.world = http, world
        self.tag: str | None = None

    def __call__(self, path: str, body: Any, person: Person | None = None) -> tuple[int, Any]:
        headers = (person or self.world.alice).headers
        headers = {**headers, "Content-Type": "application/json"}
        answer = self.http.post(f"{HERE}{path}", content=json.dumps(body), headers=headers)
        self.tag = answer.headers.get("etag")
        return answer.status_code, answer.json()

    def error(self, path: str, body: Any, person: Person | None = None) -> tuple[int, Any]:
        status, told = self(path, body, person)
        return status, told["error"]

    def rows(self, statement: Any, *values: Any, person: Person | None = None) -> list[Any]:
        workspace = (person or self.world.alice).who.workspace_id
        with self.world.door.workspace(workspace) as tx:
            return tx.rows(statement, [tx.workspace_id, *values])

    def owner(self, statement: Any, *values: Any) -> None:
        with psycopg.connect(self.world.instance.logins.migrate) as connection:
            connection.execute(statement, values)


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


def test_a_contact_is_created_updated_and_left_as_it_is(api: Api) -> None:
    status, made = api("", BOB)
    assert (status, made["meta"]) == (201, {"outcome": "created", "changed": [], "warnings": []})
    read = api.http.get(f"{HERE}{made['id']}/", headers=api.world.alice.headers)
    assert api.tag == read.headers["etag"]
    assert (made["email"], made["full_name"]) == ("bob@example.com", "Bob Johnson")
    assert (made["seniority"], made["department"]) == ("vp", "marketing")
    assert made["tags"] == ["inbound_lead", "demo_requested"]
    assert made["company"] | {"id": 0} == {
        "id": 0, "name": None, "domain": "example.com", "industry": None, "employee_count": 350,
        "revenue_band": None,
    }  # fmt: skip
    assert made["icp_tier"] == "A"
    assert made["lead_score"] > 0
    assert made["assigned_until"] is not None
    assert made["lead_source"].startswith("api_")

    status, same = api("", {**BOB, "title": None, "first_name": ""})
    assert (status, same["meta"]["outcome"], same["meta"]["changed"]) == (200, "unchanged", [])
    assert same["updated_at"] == made["updated_at"]
    status, other = api("", {"email": "BOB@Example.com", "title": "CMO", "tags": ["vip"],
                             "company": {"industry": "Retail"}})  # fmt: skip
    assert (status, other["id"], other["meta"]["outcome"]) == (200, made["id"], "updated")
    assert {"title", "seniority", "tags", "company.industry"} <= set(other["meta"]["changed"])
    assert "department" not in other["meta"]["changed"]
    assert other["tags"] == ["inbound_lead", "demo_requested", "vip"]

    # Others of the company are scored anew with it, and stay when scoring is off.
    _, ann = api("", {"email": "ann@example.com", "title": "VP Sales"})
    for size, scoring, tier in ((20, False, "A"), (21, True, "B")):
        company = {"company_domain": "example.com", "company": {"employee_count": size}}
        api("", {"email": "cy@example.com", **company, "options": {"trigger_scoring": scoring}})
        (found,) = api.rows("select icp_tier from contact where workspace_id = %s and email = %s",
                            "ann@example.com")  # fmt: skip
        assert (ann["icp_tier"], found["icp_tier"]) == ("A", tier), (size, scoring)
    (cy,) = api.rows("select icp_tier from contact where workspace_id = %s and email = %s",
                     "cy@example.com")  # fmt: skip
    assert cy["icp_tier"] is not None
    _, plain = api("", {"email": "dan@example.com", "options": {"trigger_scoring": False}})
    assert (plain["icp_tier"], plain["lead_score"]) == (None, None)
    logged = api.rows("select kind, through from operation where workspace_id = %s "
                      "and kind like 'contact.%%'")  # fmt: skip
    assert {(one["kind"], one["through"]) for one in logged} == {("contact.create", "api")}
    assert len(api.rows("select from import_company where workspace_id = %s")) == 0


def test_another_name_for_a_known_company_is_told(api: Api) -> None:
    """The first time, and every time after (S1-30)."""
    api("", {"email": "ann@acme.com", "company": {"name": "Acme", "domain": "acme.com"}})
    told = ["The company name was Acme, and Other Name was given."]
    for status in (201, 200):
        found, made = api("", {"email": "bo@acme.com", "company": {"name": "Other Name"}})
        assert (found, made["company"]["name"]) == (status, "Acme")
        assert made["meta"]["warnings"] == told, status
    # What is sure is written, and what is the same is nothing to tell of.
    _, made = api("", {"email": "cy@acme.com", "company": {"name": "Acme"}})
    assert made["meta"]["warnings"] == []
    _, made = api("", {"email": "di@acme.com", "company_domain": "acme.com",
                       "company": {"name": "Acme Two"}})  # fmt: skip
    assert (made["company"]["name"], made["meta"]["warnings"]) == ("Acme Two", [])


def test_what_cannot_be_taken_is_named(api: Api, http: TestClient) -> None:
    refused: list[tuple[Any, str]] = [
        ({}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": ["a@example.com"]}, "email"),
        ({**BOB, "titel": "CEO"}, "titel"),
        ({**BOB, "title": 5}, "title"),
        ({**BOB, "title": "x" * 1_001}, "title"),
        ({**BOB, "lead_score": 70}, "lead_score"),
        ({**BOB, "id": "cont_1"}, "id"),
        ({**BOB, "company": "Acme"}, "company"),
        ({**BOB, "company": {"size": 5}}, "company.size"),
        ({**BOB, "company": {"employee_count": "many"}}, "company.employee_count"),
        ({**BOB, "company": {"domain": "acme.com"}}, "company.domain"),
        ({**BOB, "custom_fields": {"plan": "pro"}}, "custom_fields.plan"),
        ({**BOB, "consent_date": "31/31/2026"}, "consent_date"),
        ({**BOB, "options": {"in_trash": "burn"}}, "options.in_trash"),
        ({**BOB, "options": {"speed": 1}}, "options.speed"),
        ({**BOB, "client_id": "client_1"}, "client_id"),
    ]
    for body, field in refused:
        status, error = api.error("", body)
        assert (status, error["code"], error["field"]) == (400, "validation_error", field), error
    assert api.error("", {**BOB, "\ud800": "\ud800"})[0] == 400
    assert api.error("?lenien=true", BOB)[1]["field"] == "lenien"
    assert api.error("upsert/?matching=phone", BOB)[1]["field"] == "matching"
    _, told = api("", {"email": "a@example.com", "titel": 1, "custom_fields": {"x": 1}})
    assert [one["field"] for one in told["errors"]] == ["titel", "custom_fields.x"]
    assert "errors" not in told["error"]
    for contacts in ([], [BOB] * 1_001, ["bob@example.com"], [BOB, None]):
        assert api.error("bulk/", {"contacts": contacts})[0] == 400
    assert api.rows("select from contact where workspace_id = %s") == []

    assert http.post("/api/v1/custom-fields/", headers=api.world.alice.headers,
                     json={"name": "plan", "field_type": "string"}).status_code == 201  # fmt: skip
    status, made = api("?lenient=true", {
        **BOB, "titel": "x", "phone": "call me", "custom_fields": {"plan": "pro", "seats": 5},
        "options": {"trigger_enrichment": True},
    })  # fmt: skip
    assert status == 201
    assert made["custom_fields"] == {"plan": "pro"}
    assert made["phone"] is None
    told = " ".join(made["meta"]["warnings"])
    for words in ("titel", "phone: ", "seats", "Nobody was enriched"):
        assert words in told
    _, blank = api("", {
        "email": "n@example.com", "title": "#N/A", "custom_fields": {"plan": "NULL"},
        "first_name": "", "last_name": None,
    })  # fmt: skip
    assert (blank["title"], blank["custom_fields"]) == (None, {})
    assert [one.split(":")[0] for one in blank["meta"]["warnings"]] == [
        "title", "custom_fields.plan"]  # fmt: skip
    _, changed = api("", {**BOB, "custom_fields": {"plan": "free"}})
    assert changed["meta"]["changed"] == ["custom_fields.plan"]


def test_refusals_tell_the_layer_and_the_reason(api: Api) -> None:
    world = api.world
    for email, person in (("held@example.com", world.charlie), ("bob@example.com", world.alice)):
        assert api("", {"email": email}, person)[0] == 201
    opted = email_key(world.instance.secrets.key("email"), "out@example.com")
    api.owner("insert into global_contact (email_key, is_globally_suppressed) values (%s, true)",
              opted)  # fmt: skip
    for path, body in (("suppressions", {"emails": ["no@example.com"], "reason": "manual"}),
                       ("suppression-domains", {"domains": ["rival.com"], "reason": "competitor"}),
                       ):  # fmt: skip
        api.http.post(f"/api/v1/{path}/", json=body, headers=world.alice.headers)
    for email, status, code, layer, reason in (
        ("held@example.com", 409, "assigned_elsewhere", "assignment", "assigned_elsewhere"),
        ("out@example.com", 409, "globally_suppressed", "platform", "opt_out"),
        ("no@example.com", 422, "suppressed", "workspace", "manual"),
        ("eve@mail.rival.com", 422, "suppressed", "domain", "competitor"),
    ):
        found, error = api.error("", {"email": email, "company_domain": "firm.com"})
        assert (found, error["code"], error["field"]) == (status, code, "email")
        assert (error["layer"], error["reason"]) == (layer, reason)
        assert "Other" not in error["message"], "whose it is is nobody's business"
        assert ("assigned_until" in error) == (layer == "assignment")
    # Nothing is left of them but that the registry was asked (D-15).
    assert api.rows("select from company where workspace_id = %s and domain = 'firm.com'") == []
    asked = api.rows("select why from operation where workspace_id = %s and why like 'Refused%%' "
                     "order by id")  # fmt: skip
    assert [one["why"] for one in asked] == [
        "Refused: assigned_elsewhere", "Refused: globally_suppressed"
    ]  # fmt: skip
    _, bulk = api(
        "bulk/", {"contacts": [{"email": "held@example.com"}, {"email": "no@example.com"}]}
    )
    assert [(one["status"], one["error"]["code"]) for one in bulk["data"]] == [
        ("skipped", "assigned_elsewhere"), ("suppressed", "suppressed")
    ]  # fmt: skip

    (bob,) = api.rows("select id from contact where workspace_id = %s")
    _, same = api("", {**BOB, "options": {"dedup_behavior": "skip"}})
    assert (same["meta"]["outcome"], same["title"]) == ("skipped", None)
    status, error = api.error("", {**BOB, "options": {"dedup_behavior": "error"}})
    assert (status, error["code"], error["existing_id"]) == (409, "conflict", same["id"])
    api.owner("update contact set is_deleted = true, deleted_at = now(), deletion_reason = 'x' "
              "where id = %s", bob["id"])  # fmt: skip
    status, error = api.error("", BOB)
    assert (status, error["code"], error["existing_id"]) == (409, "in_trash", same["id"])
    status, back = api("", {**BOB, "options": {"in_trash": "restore"}})
    assert (status, back["id"], back["meta"]["outcome"]) == (200, same["id"], "updated")
    assert not back["is_deleted"]

    api.owner("update workspace set contacts_hard_limit = 1 where id = %s",
              world.alice.who.workspace_id)  # fmt: skip
    full = {"contacts": [{"email": "new@unseen.com"}, {"email": "bob@example.com", "city": "Bonn"}]}
    _, bulk = api("bulk/", full)
    assert [one["status"] for one in bulk["data"]] == ["invalid", "updated"]
    assert bulk["data"][0]["reason"] == "contact_limit"
    assert api.rows("select from company where workspace_id = %s and domain = 'unseen.com'") == []
    assert api.error("", {"email": "new@unseen.com"})[0] == 409
    assert api.error("", BOB, world.bob)[0] == 403


def test_a_thousand_come_in_one_transaction(api: Api) -> None:
    assert api("", BOB)[0] == 201
    people = [{"email": f"p{n}@firm{n % 50}.com", "title": "VP Sales"} for n in range(994)]
    contacts = [
        *people, {"email": "P3@firm3.com", "title": "CFO", "tags": ["x"]}, {"email": "nobody"},
        {"title": "CEO"}, {"email": "q@firm.com", "titel": 1}, {**BOB, "title": "CMO"},
        {"email": "p1@firm1.com", "phone": "x"},
    ]  # fmt: skip
    status, told = api("bulk/", {"contacts": contacts, "options": {"dedup_behavior": "update"}})
    assert status == 200
    rows = told["data"]
    assert [row["index"] for row in rows] == list(range(1_000))
    assert Counter(row["status"] for row in rows) == {
        "created": 994, "skipped": 1, "invalid": 4, "updated": 1,
    }  # fmt: skip
    counts = {name: told["meta"][name] for name in ("created", "updated", "skipped", "invalid")}
    assert counts == {"created": 994, "updated": 1, "skipped": 1, "invalid": 4}
    repeat = rows[994]
    assert (repeat["reason"], repeat["duplicate_of"]) == ("duplicate_in_request", 3)
    assert repeat["id"] == rows[3]["id"]
    assert [rows[at]["error"]["field"] for at in (995, 996, 997, 999)] == [
        "email", "email", "titel", "phone"
    ]  # fmt: skip
    (third,) = api.rows("select title, tags from contact where workspace_id = %s and email = %s",
                        "p3@firm3.com")  # fmt: skip
    assert third == {"title": "CFO", "tags": ["x"]}
    (logged,) = api.rows(
        "select count(*) filter (where g.kind = 'created') as made, count(*) filter (where g.kind "
        "= 'updated') as changed from operation o join change g on g.workspace_id = o.workspace_id "
        "and g.operation_id = o.id where o.workspace_id = %s and o.kind = 'contact.bulk_create' "
        "and g.thing = 'contact'"
    )
    assert logged == {"made": 994, "changed": 1}
    again = api("bulk/", {"contacts": people})[1]
    assert Counter(row["status"] for row in again["data"]) == {"unchanged": 993, "updated": 1}


def test_an_upsert_finds_by_the_id_of_another_system(api: Api) -> None:
    by_id = "upsert/?matching=external_id"
    status, made = api(by_id, {"external_id": "crm-7", "email": "a@example.com", "title": "CFO"})
    assert status == 201
    status, same = api(by_id, {"external_id": " crm-7 ", "title": "CEO"})
    assert (status, same["id"], same["title"]) == (200, made["id"], "CEO")
    status, error = api.error(by_id, {"external_id": "crm-7", "email": "b@example.com"})
    assert (status, error["code"], error["field"]) == (409, "conflict", "email")
    assert api.error(by_id, {"external_id": "crm-8"})[1]["field"] == "email"
    assert api.error(by_id, {"email": "a@example.com"})[1]["field"] == "external_id"
    assert api("upsert/", {"email": "a@example.com", "title": "CTO"})[1]["id"] == made["id"]
    # Two of one id are not guessed among; in one request later rows mean what the first has made.
    assert api("", {"email": "c@example.com", "external_id": "crm-7"})[0] == 201
    assert api.error(by_id, {"external_id": "crm-7"})[1]["code"] == "conflict"
    rows = [{"external_id": "n", "email": "n@example.com"}, {"external_id": "n", "city": "Bonn"},
            {"external_id": "n", "email": "m@example.com"}]  # fmt: skip
    told = api("bulk/", {"contacts": rows, "options": {"matching": "external_id"}})[1]["data"]
    assert [row["status"] for row in told] == ["created", "skipped", "invalid"]
    kinds = api.rows("select distinct kind from operation where workspace_id = %s "
                     "and kind like 'contact.%%'")  # fmt: skip
    assert {one["kind"] for one in kinds} == {
        "contact.upsert", "contact.create", "contact.bulk_create"
    }  # fmt: skip


def test_an_agency_says_for_whom(api: Api) -> None:
    api.owner("update workspace set agency = true where id = %s",
              api.world.alice.who.workspace_id)  # fmt: skip
    assert api.error("", BOB)[1]["code"] == "client_required"
    assert api.error("bulk/", {"contacts": [BOB]})[1]["code"] == "client_required"
    one = {**BOB, "client_id": api.world.alice.client.shown_id}
    assert api("", one)[1]["client_id"] == one["client_id"]
    answer = api.http.post("/api/v1/clients/", json={"name": "Northwind"},
                           headers=api.world.alice.headers)  # fmt: skip
    status, error = api.error("", {**BOB, "client_id": answer.json()["id"]})
    assert (status, error["code"]) == (409, "assigned_elsewhere")
    assert "Acme" in error["message"], "within the workspace the holder is named"


def test_many_at_once_make_one(api: Api) -> None:
    """Of 64 creates of one email, and of 16 upserts of one id, one makes the contact (check 3)."""

    def many(path: str, bodies: list[Any]) -> list[int]:
        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(lambda body: api(path, body)[0], bodies))

    same = {"email": "same@example.com", "title": "CEO", "company_domain": "example.com"}
    assert Counter(many("", [same] * 64)) == {201: 1, 200: 63}
    ids = [{"external_id": "x", "email": f"x{n % 2}@example.com"} for n in range(16)]
    assert Counter(many("upsert/?matching=external_id", ids)) == {201: 1, 200: 7, 409: 8}
    found = api.rows("select email from contact where workspace_id = %s")
    assert len(found) == len({row["email"] for row in found}) == 2
