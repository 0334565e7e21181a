"""`PATCH /api/v1/contacts/{id}/` and tags: what changes, and what may not be set (S3-29, S3-30)."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.contacts.writing.incoming import OF_CONSENT
from nimbus.db import ids
from tests.conftest import World
from tests.contacts.editing import LIST, Api, person
from tests.imports.test_run import bring


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


def test_what_is_named_changes_and_what_follows_follows(api: Api) -> None:
    api.http.post("/api/v1/custom-fields/", headers=api.world.alice.headers,
                  json={"name": "stage", "field_type": "number"})  # fmt: skip
    before = api.get("ada")
    assert before["seniority"] == "director"
    told = api.patch("ada", {
        "title": "VP of Sales", "last_name": "Lovelace", "city": "New York", "state": "NY",
        "country": "usa", "phone": "(212) 555-0123", "tags": ["Emea", "emea", "New One"],
        "custom_fields": {"stage": "12.5"}, "company_domain": "https://www.widgets.com/about",
        "owner_id": person(api.world.bob),
    })  # fmt: skip
    assert told.pop("meta") == {
        "outcome": "updated", "warnings": [],
        "changed": ["city", "company", "country", "department", "full_name", "last_name",
                    "owner_id", "phone", "seniority", "state", "tags", "time_zone", "title",
                    "custom_fields.stage"],
    }  # fmt: skip
    assert told == api.get("ada")
    assert told["updated_at"] > before["updated_at"]
    expected = {
        "full_name": "Ada Lovelace", "seniority": "vp", "department": "sales", "country": "US",
        "time_zone": "America/New_York", "tags": ["emea", "new_one"],
        "custom_fields": {"stage": 12.5}, "first_name": "Ada", "consent_status": "opted_in",
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected
    assert told["company"]["domain"] == "widgets.com"
    assert api.row("ada")["phone_e164"] == "+12125550123"
    assert told["lead_score"] != before["lead_score"], "scored in the same transaction"

    # Null clears; what was worked out goes with what it followed from, what was written stays.
    api.patch("ada", {"seniority": "founder"})
    told = api.patch("ada", {"title": None, "tags": None, "city": None, "state": None,
                             "country": None, "company_domain": None, "phone": None,
                             "custom_fields": {"stage": None}})  # fmt: skip
    assert (told["title"], told["department"], told["seniority"]) == (None, None, "founder")
    assert (told["tags"], told["time_zone"], told["company"]) == ([], None, None)
    assert (told["custom_fields"], api.row("ada")["phone_e164"]) == ({}, None)
    told = api.patch("ada", {"full_name": "Dr. Grace Hopper"})
    assert [told[n] for n in ("name_prefix", "first_name", "last_name")] == [
        "Dr.",
        "Grace",
        "Hopper",
    ]

    # What is no number does not clear one.
    api.patch("ada", {"custom_fields": {"stage": 7}})
    for text in ("NaN", "abc", "n/a", "-"):
        refused = api.patch("ada", {"custom_fields": {"stage": text}}, 400)
        assert refused["field"] == "custom_fields.stage"
    assert api.get("ada")["custom_fields"] == {"stage": 7}
    told = api.patch("ada", {"custom_fields": {"stage": ""}})

    again = api.patch("ada", {"full_name": "Dr. Grace Hopper", "tags": []})
    assert again["meta"] == {"outcome": "unchanged", "changed": [], "warnings": []}
    assert again["updated_at"] == told["updated_at"]

    ada = ids.read("cont", api.ids["ada"])
    with api.world.door.workspace(api.world.alice.who.workspace_id) as tx:
        log = tx.rows(
            "select o.kind, o.through, c.before, c.after from change c "
            "join operation o on o.id = c.operation_id "
            "where c.thing_id = %s and c.kind = 'updated' order by c.id", [ada],
        )  # fmt: skip
    assert {(one["kind"], one["through"]) for one in log} == {("contact.update", "api")}
    assert len(log) == 6
    assert (log[0]["before"]["title"], log[0]["after"]["title"]) == (
        "Director of RevOps", "VP of Sales",
    )  # fmt: skip


def test_what_may_not_be_set_is_named(api: Api) -> None:
    for body, field, words in (
        ({"lead_score": 90}, "lead_score", "kept by Nimbus"),
        ({"created_at": "2026-01-01T00:00:00Z"}, "created_at", "kept by Nimbus"),
        ({"titel": "VP"}, "titel", "Did you mean “title”?"),
        ({"company": {"name": "X"}}, "company", "company_domain"),
        ({"email": None}, "email", "has an email"),
        ({"email": "nobody"}, "email", ""),
        ({"country": "Atlantis"}, "country", ""),
        ({"tags": "a" * 30_000}, "tags", "too many"),
        ({"custom_fields": {"nope": 1}}, "custom_fields.nope", "no field"),
        ({"custom_fields": [1]}, "custom_fields", "object"),
        ({"owner_id": person(api.world.charlie)}, "owner_id", "no such person"),
        ({"company_id": ids.show("comp", api.row("ada")["id"])}, "company_id", "no such company"),
        ({"company_id": None, "company_domain": "a.example"}, "company_id", "not by both"),
    ):  # fmt: skip
        error = api.patch("ada", body, 400)
        assert (error["code"], error["field"]) == ("validation_error", field), body
        assert words in error["message"], error["message"]
    told = api.patch("ada", {"custom_fields": {"nope": 1}}, params={"lenient": "true"})["meta"]
    assert (told["outcome"], len(told["warnings"])) == ("unchanged", 1)
    assert "nope" in told["warnings"][0]

    # Consent only becomes stricter, but for those who may record it, with what proves it (G-02).
    writer, both = api.key("contacts:write"), api.key("contacts:write", "consent:write")
    for body in ({"consent_status": "opted_in"}, {"consent_status": None}):
        error = api.patch("cy", body, 403, key=writer)
        assert (error["code"], error["scope"]) == ("forbidden", "consent:write")
    assert (
        api.patch("cy", {"consent_status": "opted_in"}, 400, key=both)["field"] == "consent_source"
    )
    body = {"consent_status": "opted_in", "consent_source": "paper form"}
    assert api.patch("cy", body, key=both)["consent_source"] == "paper form"
    told = api.patch("cy", {"consent_status": "opted_out", "status": "unsubscribed"}, key=writer)
    assert (told["consent_status"], told["consent_source"]) == ("opted_out", None)
    assert api.patch("cy", {"status": "active"}, 403, key=writer)["scope"] == "consent:write"
    assert api.patch("cy", {}, 403, key=api.key("contacts:read"))["scope"] == "contacts:write"
    # Whoever records consent needs no more for that, and may change nothing else (D-33).
    recorder = api.key("contacts:read", "consent:write")
    assert api.patch("cy", body, key=recorder)["consent_source"] == "paper form"
    assert api.patch("cy", {"status": "active"}, key=recorder)["status"] == "active"
    for beyond in ({"title": "CEO"}, {**body, "title": "CEO"}, {"custom_fields": {}}, {"nope": 1}):
        assert api.patch("cy", beyond, 403, key=recorder)["scope"] == "contacts:write"
    assert api("POST", "cy", "tags/", 403, key=recorder, json={"add": ["x"]})
    assert api.patch("cy", body, key=recorder)["email"] == "cy@example.com"
    # Nor does recording it let anybody read the rest, least of all where nothing is recorded.
    alone = api.key("consent:write")
    assert api.patch("cy", {}, 403, key=alone)["scope"] == "contacts:write"
    assert api.patch("cy", {"status": "active"}, key=alone).keys() == {"id", *OF_CONSENT, "meta"}


def test_a_text_that_says_nothing_clears_with_a_warning(api: Api) -> None:
    api.http.post("/api/v1/custom-fields/", headers=api.world.alice.headers,
                  json={"name": "plan", "field_type": "string"})  # fmt: skip
    api.patch("ada", {"city": "Ulm", "custom_fields": {"plan": "gold"}})
    gone = {"title": "NULL", "city": "NULL", "company_domain": "null"}
    told = api.patch("ada", {**gone, "custom_fields": {"plan": "NULL"}})
    assert (told["title"], told["city"], told["company"]) == (None, None, None)
    assert told["meta"]["warnings"] == [
        f"{name}: “{text}” says that there is nothing, and is left blank."
        for name, text in (*gone.items(), ("custom_fields.plan", "NULL"))
    ]
    kept = api.patch("ada", {"title": "VP", "last_name": "Null", "city": None, "phone": ""})
    assert (kept["last_name"], kept["meta"]["warnings"]) == ("Null", [])


def test_what_is_told_beside_a_contact(api: Api) -> None:
    owner = person(api.world.alice)
    api.patch("ada", {"owner_id": owner})
    assert "expanded" not in api.get("ada")
    names = "company,owner,client,score_reasons,assignments"
    told = api("GET", "ada", params={"expand": names}).json()["expanded"]
    assert told["company"]["tech_stack"] == []
    assert told["owner"] == {"id": owner, "name": told["owner"]["name"], "email": "alice@acme.test"}
    assert told["client"]["id"] == api.get("ada")["client_id"]
    assert sum(reason["points"] for reason in told["score_reasons"]) > 0
    assert [one["client_id"] for one in told["assignments"]] == [told["client"]["id"]]
    listed = api.http.get(
        LIST, params={"expand": "owner,company"}, headers=api.world.alice.headers
    ).json()["data"]
    owners = {one["first_name"]: one["expanded"]["owner"] for one in listed}
    assert {name: one and one["id"] for name, one in owners.items()} == {
        "Ada": owner, "Bo": None, "Cy": None,
    }  # fmt: skip
    error = api("GET", "ada", status=400, params={"expand": "company,secrets"}).json()["error"]
    assert (error["field"], "secrets" in error["message"]) == ("expand", True)
    assert api("GET", "ada", "enrollments/").json()["data"] == []


def test_reasons_name_their_rule_and_its_version(api: Api) -> None:
    """By which a reason is found again, whatever the rule is called by then (G-30)."""

    def ask(path: str) -> Any:
        return api.http.get(f"/api/v1/{path}/", headers=api.world.alice.headers).json()

    model, asked = ask("scoring-model"), {"params": {"expand": "score_reasons,tier_reason"}}
    api.patch("cy", {"title": "VP Sales", "company_domain": "acme.com"})
    rules = {rule["id"]: rule for rule in ask("icp-tier-rules")["data"]}
    tiers = []
    for name in ("ada", "bo", "cy"):
        contact = api("GET", name, **asked).json()
        told = contact["expanded"]
        numbers = {rule["number"]: rule["name"] for rule in model["rules"]}
        for reason in told["score_reasons"]:
            assert numbers[reason["rule"]] == reason["name"]
            assert (reason["model_id"], reason["model_version"]) == (model["id"], model["version"])
        because = told["tier_reason"]
        if because is not None:
            assert because == {key: rules[because["id"]][key]
                               for key in ("id", "name", "version", "sentence")}  # fmt: skip
            assert rules[because["id"]]["tier"] == contact["icp_tier"]
        tiers.append((contact["icp_tier"] == "D", because is None))
    assert all(is_last == is_none for is_last, is_none in tiers), tiers
    assert any(not is_none for _, is_none in tiers)


def test_what_is_not_there_yet_is_empty(api: Api) -> None:
    assert api("GET", "ada", "enrollments/").json()["data"] == []
    assert api("GET", "ada", "references/").json() == {"data": [], "meta": {"total_count": 0}}
    for at in ("enrollments/", "references/"):
        api("GET", ids.show("cont", api.world.alice.client.id), at, 404)


@pytest.mark.parametrize("way", ["patch", "upsert", "bulk"])
def test_a_full_name_by_itself_is_all_of_the_name(api: Api, way: str) -> None:
    """D-21; parts that are given as well stand."""
    parts = ("name_prefix", "first_name", "last_name", "name_suffix")
    title = "Dr Ann Bee PhD"
    for given, told in (
        ({"full_name": title}, ("Dr", "Ann", "Bee", "PhD")),
        ({"full_name": "Ann Bee"}, (None, "Ann", "Bee", None)),
        ({"full_name": title}, ("Dr", "Ann", "Bee", "PhD")),
        ({"full_name": "Bee, Ann"}, (None, "Ann", "Bee", None)),
        ({"full_name": "Ann"}, (None, "Ann", None, None)),
        ({"full_name": "Ann Bee", "name_prefix": "Prof"}, ("Prof", "Ann", "Bee", None)),
    ):
        if way == "patch":
            now = api.patch("ada", given)
        else:
            row = {"email": "ada@acme.com", **given}
            other = {"email": "cy@acme.com", "first_name": "Cy", "last_name": "Dee"}
            if way == "upsert":
                at, body = "upsert/", row
            else:
                options = {"dedup_behavior": "update"}
                at, body = "bulk/", {"contacts": [row, other], "options": options}
            brought = api.http.post(f"{LIST}{at}", json=body, headers=api.world.alice.headers)
            assert brought.status_code < 300, brought.text
            now = api("GET", "ada").json()
        assert tuple(now[part] for part in parts) == told, given
        assert now["full_name"] == given["full_name"]


def test_an_edit_ends_where_an_import_of_the_same_values_does(api: Api) -> None:
    """G-34: in every column but the times and what the import says of itself."""
    columns = {"first_name": "First name", "last_name": "Last name", "full_name": "Name",
               "title": "Title", "city": "City", "state": "State", "country": "Country",
               "phone": "Phone", "tags": "Tags"}  # fmt: skip
    before = [
        {"first_name": "Ada", "last_name": "King", "title": "VP Sales", "country": "Germany"},
        {"full_name": "Dr. Ada King", "title": "Clerk", "city": "Boston", "state": "MA",
         "country": "US"},
        {"title": "Head of Sales", "phone": "030 901820", "country": "DE"},
    ]  # fmt: skip
    after = [
        {"first_name": "Grace", "title": "Chief Marketing Officer"},
        {"full_name": "Prof. Grace Hopper Jr.", "city": "Denver", "state": "CO", "country": "US"},
        {"full_name": "Ada Byron", "title": "Engineer"},
        {"phone": "0171 1234567", "country": "Germany", "tags": "new_tag"},
        {"city": "Paris", "state": "Texas", "country": "USA", "last_name": "Ek"},
    ]
    cases = [(was, now) for was in before for now in after]

    def file(rows: list[tuple[str, dict[str, str]]]) -> str:
        lines = [",".join(["Email", *columns.values()])]
        lines += [",".join([e, *(row.get(c, "") for c in columns)]) for e, row in rows]
        return "\n".join(lines)

    world = api.world
    emails = [[f"{way}{n}@same-example.com" for n in range(len(cases))] for way in ("i", "p")]
    bring(world, file([(e, was) for way in emails for e, (was, _) in zip(way, cases, strict=True)]))
    for now in after:  # Each with its own columns.
        rows = [
            ",".join([email, *now.values()])
            for email, case in zip(emails[0], cases, strict=True)
            if case[1] is now
        ]
        bring(world, "\n".join([",".join(["Email", *(columns[c] for c in now)]), *rows]))
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = {row["email"]: row["id"] for row in tx.rows("select email, id from contact")}
    for email, (_, now) in zip(emails[1], cases, strict=True):
        api.patch(ids.show("cont", found[email]), now)
    own = "- '{id,email,email_key,words,created_at,updated_at,lead_source}'::text[]"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        ended = {
            row["email"]: row["whole"]
            for row in tx.rows(f"select email, to_jsonb(c) {own} as whole from contact c")
        }
    for imported, patched, case in zip(*emails, cases, strict=True):
        assert ended[patched] == ended[imported], case
