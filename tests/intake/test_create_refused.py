"""What a contact cannot be created with: named by its place, or by the layer that holds it back."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.identity import email_key
from tests.conftest import World
from tests.intake.creating import BOB, Api


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


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
