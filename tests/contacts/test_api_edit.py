"""`PATCH /api/v1/contacts/{id}/`, tags, the trash and states by ETag (S3-29 … S3-32, G-41)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.access.keys import issue
from nimbus.access.who import Who
from nimbus.db import ids
from nimbus.identity import email_key
from tests.conftest import Person, World
from tests.imports.test_run import bring

LIST = "/api/v1/contacts/"
CSV = """Email,First name,Last name,Title,Company,Domain,City,Country,Phone,Tags,Consent status
ada@acme.com,Ada,King,Director of RevOps,Acme,acme.com,Berlin,Germany,030 901820,vip,opted in
bo@acme.com,Bo,Ek,VP Sales,Acme,acme.com,,,,,
cy@example.com,Cy,Orr,,,,,,,,opted out
"""


class Api:
    """The API as one person uses it, and the contacts of the file by first name."""

    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.world = http, world
        bring(world, CSV)
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            found = tx.rows("select first_name, id from contact")
        self.ids = {row["first_name"].lower(): ids.show("cont", row["id"]) for row in found}

    def __call__(
        self, method: str, name: str, at: str = "", status: int = 200, key: str | None = None,
        **more: Any,
    ) -> Any:  # fmt: skip
        headers = {"Authorization": f"Bearer {key}"} if key else self.world.alice.headers
        more["headers"] = {**headers, **more.get("headers", {})}
        path = f"{LIST}{self.ids.get(name, name)}/{at}"
        answer = self.http.request(method, path, **more)
        assert answer.status_code == status, answer.text
        return answer

    def get(self, name: str) -> Any:
        return self("GET", name).json()

    def patch(self, name: str, body: dict[str, Any], status: int = 200, **more: Any) -> Any:
        answer = self("PATCH", name, status=status, json=body, **more).json()
        return answer if status == 200 else answer["error"]

    def key(self, *scopes: str) -> str:
        alice = self.world.alice.who
        with self.world.door.workspace(alice.workspace_id) as tx:
            limited = Who("person", tx.workspace_id, "Kim", alice.id, frozenset(scopes))
            return issue(tx, limited, " ".join(scopes))[1]

    def row(self, name: str) -> dict[str, Any]:
        with self.world.door.workspace(self.world.alice.who.workspace_id) as tx:
            found = tx.row(
                "select * from contact where id = %s", [ids.read("cont", self.ids[name])]
            )
        assert found
        return found


def person(one: Person) -> str:
    assert one.who.id
    return ids.show("user", one.who.id)


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
    assert len(log) == 4
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


def test_fields_merge_and_of_the_same_field_both_values_are_told(api: Api) -> None:
    first = api("GET", "ada")
    seen = {"If-Match": first.headers["etag"]}
    unread = {"If-None-Match": first.headers["etag"]}
    assert api("GET", "ada", status=304, headers=unread).content == b""

    changed = api("PATCH", "ada", json={"title": "CTO", "custom_fields": {}})
    assert api("GET", "ada", headers=unread).headers["etag"] == changed.headers["etag"]
    assert changed.headers["etag"] != first.headers["etag"]
    # Another field of the same, old state.
    assert api.patch("ada", {"city": "Paris"}, headers=seen)["title"] == "CTO"
    # The same field: what others have written is not lost, and what one wanted is told.
    refused = api("PATCH", "ada", status=412, json={"city": "Rome", "title": "CEO"}, headers=seen)
    error = refused.json()["error"]
    assert (error["code"], error["field"]) == ("precondition_failed", "city")
    assert error["fields"] == {
        "city": {"yours": "Rome", "theirs": "Paris", "original": "Berlin"},
        "title": {"yours": "CEO", "theirs": "CTO", "original": "Director of RevOps"},
    }
    now = refused.headers["etag"]
    assert now == error["etag"] == api("GET", "ada").headers["etag"]
    # One who wants what is there anyway, or has read it meanwhile, is not in the way of anybody.
    assert api.patch("ada", {"city": "Paris"}, headers=seen)["meta"]["outcome"] == "unchanged"
    assert api.patch("ada", {"city": "Rome"}, headers={"If-Match": f"W/{now}"})["city"] == "Rome"
    api.patch("ada", {"city": "Oslo"}, headers={"If-Match": "*"})

    api("POST", "ada", "tags/", json={"add": ["A b"], "remove": ["vip"]})
    told = api("POST", "ada", "tags/", json={"add": ["c"], "remove": ["c", "never there"]}).json()
    assert (told["tags"], told["meta"]["outcome"]) == (["a_b"], "unchanged")
    for method, at, body in (
        ("POST", "tags/", {"add": ["d"]}), ("DELETE", "", None), ("PATCH", "", {"tags": []}),
    ):  # fmt: skip
        error = api(method, "ada", at, 412, json=body, headers=seen).json()["error"]
        assert "tags" in error["fields"], error
    other = {"If-Match": api("GET", "bo").headers["etag"]}
    for unknown in (other, {"If-Match": '"x"'}, {"If-Match": ""}):
        assert api.patch("ada", {"role": "other"}, 412, headers=unknown)["fields"] == {}
    company = api.patch("bo", {"company_domain": "b-example.com"})["company"]["id"]
    error = api.patch("bo", {"company_domain": "c-example.com"}, 412, headers=other)
    assert error["fields"]["company"]["theirs"] == company


def test_an_email_is_claimed_before_it_is_taken(api: Api) -> None:
    world = api.world
    held = bring(world, "Email\nheld@there.com\n", world.charlie)
    assert held.imported == 1
    for collection, body in (
        ("suppressions", {"emails": ["no@way.com"], "reason": "manual"}),
        ("suppression-domains", {"domains": ["rival.com"], "reason": "competitor"}),
    ):
        api.http.post(f"/api/v1/{collection}/", json=body, headers=world.alice.headers)
    for email, status, expected in (
        ("HELD@there.com", 409, {"code": "assigned_elsewhere"}),
        ("bo@acme.com", 409, {"code": "conflict", "existing_id": api.ids["bo"]}),
        ("no@way.com", 422, {"code": "suppressed", "layer": "workspace", "reason": "manual"}),
        ("x@mail.rival.com", 422, {"code": "suppressed", "layer": "domain",
                                   "reason": "competitor"}),
    ):  # fmt: skip
        error = api.patch("ada", {"email": email, "title": "CEO"}, status)
        assert expected.items() <= error.items(), error
    assert error["field"] == "email"
    assert (api.get("ada")["email"], api.get("ada")["title"]) == (
        "ada@acme.com", "Director of RevOps",
    )  # fmt: skip
    secret = world.instance.secrets.key("email")

    def states(*emails: str) -> list[str]:
        keys = [email_key(secret, email) for email in emails]
        with world.door.workspace(world.charlie.who.workspace_id) as tx:
            told = tx.rows("select * from registry_peek(%s, %s, %s)",
                           [keys, world.charlie.client.id, tx.now])  # fmt: skip
        found = {row["email_key"]: row["state"] for row in told}
        return [found[key] for key in keys]

    assert states("ada@acme.com", "no@way.com") == ["elsewhere", "free"], "refused: nothing claimed"
    told = api.patch("ada", {"email": " Ada.King@NEW.example "})
    assert told["email"] == "ada.king@new.example"
    assert (api.row("ada")["email_domain"], told["company"]["domain"]) == (
        "new.example",
        "acme.com",
    )
    assert states("ada@acme.com", "ada.king@new.example") == ["free", "elsewhere"]
    assert bring(world, "Email\nada@acme.com\n", world.charlie).imported == 1
    assert api.patch("ada", {"email": "ada@acme.com"}, 409)["code"] == "assigned_elsewhere"

    # Compliance may put a typo right all the same: without the assignment, and saying why.
    right = {"email": "Held@There.com", "why": "Mistyped on the card"}
    error = api("POST", "ada", "email/", 403, key=api.key("contacts:write"), json=right).json()
    assert error["error"]["scope"] == "admin:gdpr"
    told = api("POST", "ada", "email/", key=api.key("admin:gdpr"), json=right).json()
    assert (told["email"], told["assigned_until"]) == ("held@there.com", None)
    assert told["meta"]["changed"] == ["email"]
    assert states("ada.king@new.example", "held@there.com") == ["free", "mine"], "nobody twice"
    taken = {"email": "bo@acme.com", "why": "Mistyped"}
    assert api("POST", "ada", "email/", 409, json=taken).json()["error"]["code"] == "conflict"


def test_the_trash_and_back(api: Api) -> None:
    world = api.world
    told = api("DELETE", "ada", json={"deletion_reason": "Left the company"}).json()
    assert (told["is_deleted"], told["deletion_reason"]) == (True, "Left the company")
    assert told["deleted_at"]
    again = api("DELETE", "ada", params={"deletion_reason": "Another"}).json()
    assert again == told, "idempotent"
    assert api.patch("ada", {"title": "X"}, 409)["code"] == "in_trash"
    told = api("DELETE", "bo", headers={"X-Deletion-Reason": "By header"}).json()
    assert told["deletion_reason"] == "By header"

    back = api("POST", "ada", "restore/")
    told = back.json()
    assert (told["is_deleted"], told["deleted_at"], told["deletion_reason"]) == (False, None, None)
    assert back.headers["etag"] == api("GET", "ada").headers["etag"]
    assert api("POST", "ada", "restore/").json() == told, "idempotent"

    # Somebody else has the email meanwhile: another contact here, or another client.
    bring(world, "Email\nbo@acme.com\n", in_trash="new")
    error = api("POST", "bo", "restore/", 409).json()["error"]
    assert (error["code"], error["existing_id"][:5]) == ("conflict", "cont_")
    api("DELETE", "cy")
    key = email_key(world.instance.secrets.key("email"), "cy@example.com")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("select from registry_forget(array[%s::uuid])", [key])
    bring(world, "Email\ncy@example.com\n", world.charlie)
    assert api("POST", "cy", "restore/", 409).json()["error"]["code"] == "assigned_elsewhere"
    api("DELETE", "ada")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set contacts_hard_limit = 1 where id = %s", [tx.workspace_id])
    error = api("POST", "ada", "restore/", 409).json()["error"]
    assert (error["code"], error["reason"]) == ("conflict", "contact_limit")


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
    assert api("GET", "ada", "references/").json() == {"data": [], "meta": {"total_count": 0}}
    for at in ("enrollments/", "references/"):
        api("GET", ids.show("cont", api.world.alice.client.id), at, 404)


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


def test_edits_at_once_lose_nothing(api: Api) -> None:
    """Each of a field of its own on one contact, and two that want one email (G-41, S0-82)."""
    fields = ["first_name", "last_name", "title", "city", "state", "role", "linkedin_url",
              "twitter_url", "external_id", "mobile"]  # fmt: skip
    values = ["Ann", "Lee", "CTO", "Bern", "BE", "champion", "https://www.linkedin.com/in/ann",
              "https://x.com/ann", "e-1", "+41 44 668 18 00"]  # fmt: skip
    seen = {"If-Match": api("GET", "ada").headers["etag"]}
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda f, v: api.patch("ada", {f: v}, headers=seen), fields, values))
    told = api.get("ada")
    assert [told[field] for field in ("first_name", "title", "external_id")] == [
        "Ann",
        "CTO",
        "e-1",
    ]
    assert all(told[field] for field in fields)
    assert told["full_name"] == "Ann Lee"

    def take(name: str) -> int:
        return api.http.patch(
            f"{LIST}{api.ids[name]}/", json={"email": "one@for-two.com"},
            headers=api.world.alice.headers,
        ).status_code  # fmt: skip

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(take, ("ada", "bo", "cy"))) == [200, 409, 409]


def test_a_key_of_one_client_changes_nobody_whom_another_holds(api: Api) -> None:
    world = api.world
    alice = world.alice.who
    with world.door.workspace(alice.workspace_id) as tx:
        other = tx.value(
            "insert into client (workspace_id, name, assignment_days, priority, created_at) "
            "values (%s, 'Other', 90, 50, %s) returning id", [tx.workspace_id, tx.now],
        )  # fmt: skip
        tx.run("update contact set assigned_until = %s where first_name = 'Bo'", [tx.now])
        scopes = frozenset({"contacts:read", "contacts:write", "admin:gdpr"})
        limited = Who("person", tx.workspace_id, "Kim", alice.id, scopes, other)
        key = issue(tx, limited, "Other's", client_id=other)[1]
    for method, at, body in (
        ("PATCH", "", {"title": "x"}), ("POST", "tags/", {"add": ["x"]}), ("DELETE", "", {}),
        ("POST", "email/", {"email": "a@b.co", "why": "x"}), ("DELETE", "?hard=true", {}),
    ):  # fmt: skip
        told = api(method, "ada", at, 403, key=key, json=body).json()["error"]
        assert (told["code"], "another client" in told["message"]) == ("forbidden", True), at
    assert api("GET", "ada", key=key).json()["is_deleted"] is False
    assert api.patch("bo", {"title": "CRO"}, key=key)["title"] == "CRO", "held by nobody any more"
