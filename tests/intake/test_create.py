"""Creating contacts by the API: one, by a named attribute, a thousand (S3-25 … S3-28, S3-34, F-24).

Several assertions share one world: to make one takes longer than most of them.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import World
from tests.intake.creating import BOB, HERE, Api


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
