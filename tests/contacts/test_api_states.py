"""States by ETag, an email that is claimed, the trash, and edits at once (S3-31, S3-32, G-41)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from nimbus.access import Who
from nimbus.access.keys import issue
from nimbus.identity import email_key
from tests.conftest import World
from tests.contacts.editing import LIST, Api
from tests.imports.test_run import bring


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


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
    values = [{side: told[side] for side in ("yours", "theirs", "original")}
              for told in error["fields"].values()]  # fmt: skip
    assert dict(zip(error["fields"], values, strict=True)) == {
        "city": {"yours": "Rome", "theirs": "Paris", "original": "Berlin"},
        "title": {"yours": "CEO", "theirs": "CTO", "original": "Director of RevOps"},
    }
    assert error["fields"]["city"]["changed_by"]
    assert error["fields"]["city"]["changed_at"] > error["fields"]["title"]["changed_at"]
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
    assert told["meta"]["changed"] == ["client_id", "email"]
    assert states("ada.king@new.example", "held@there.com") == ["free", "mine"], "nobody twice"
    taken = {"email": "bo@acme.com", "why": "Mistyped"}
    assert api("POST", "ada", "email/", 409, json=taken).json()["error"]["code"] == "conflict"


def test_the_trash_and_back(api: Api) -> None:
    world = api.world
    told = api("DELETE", "ada", json={"deletion_reason": "Left the company"}).json()
    assert (told["is_deleted"], told["deletion_reason"]) == (True, "Left the company")
    assert told["deleted_at"]
    again = api("DELETE", "ada", params={"deletion_reason": "Another"}).json()
    assert again.pop("meta")["outcome"] == "unchanged"
    assert told.pop("meta")["changed"] == ["deleted_at", "deletion_reason", "is_deleted"]
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
