"""Fields that every contact must have, whatever way it comes (S4-06)."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from nimbus.fields.write import NewField, create
from tests.conftest import World
from tests.contacts.editing import Api
from tests.imports.test_run import bring

HERE = "/api/v1/required-fields/"
FIELDS = "/api/v1/custom-fields/"


def test_no_contact_without_what_is_required(
    http: TestClient, world: World, browser_of: Any
) -> None:
    alice = world.alice.headers
    api = Api(http, world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        create(tx, world.alice.who, NewField("Plan", "string", "plan"))
    assert http.get(HERE, headers=alice).json() == {"fields": ["email"]}
    tag = http.get(HERE, headers=alice).headers["etag"]

    def add(status: int, body: dict[str, Any]) -> Any:
        answer = http.post("/api/v1/contacts/", json=body, headers=alice)
        assert answer.status_code == status, answer.text
        return answer.json()

    def put(*keys: str, status: int = 200, **more: Any) -> Any:
        answer = http.put(HERE, json={"fields": keys}, headers={**alice, **more})
        assert answer.status_code == status, answer.text
        return answer.json()

    assert put("title", "custom.plan") == {"fields": ["email", "title", "custom.plan"]}
    assert put("email", status=412, **{"If-Match": tag})["error"]["field"] == "If-Match"
    assert put("title", "lead_score", status=400)["error"]["field"] == "fields[1]"
    assert "Did you mean" in put("titel", status=400)["error"]["message"]
    bob = http.put(HERE, json={"fields": []}, headers=world.bob.headers)
    assert bob.status_code == 403

    # By a program: all that is missing is named, and nothing is made.
    refused = add(400, {"email": "new@acme.com", "title": " "})
    assert [one["field"] for one in refused["errors"]] == ["title", "custom_fields.plan"]
    add(201, {"email": "new@acme.com", "title": "VP", "custom_fields": {"plan": "gold"}})
    # By hand.
    browser = browser_of(world.alice)
    page = browser.post("/contacts/new", data={
        "field": ["email", "title"], "value": ["by.hand@acme.com", "VP"],
    })  # fmt: skip
    assert page.status_code == 400
    assert "this workspace wants Plan of every contact" in page.text
    # By a file: who is new must be complete, who is here only gains.
    report = bring(world, "Email,Job title,Plan,City\nx@acme.com,VP,gold,\ny@acme.com,VP,,\n"
                   "z@acme.com,,,\nz@acme.com,VP,gold,\nbo@acme.com,,,Rome\n")  # fmt: skip
    assert (report.imported, report.updated, report.errored) == (2, 1, 1)
    rows = http.get("/api/v1/imports/", headers=alice).json()["data"][0]["id"]
    errors = http.get(f"/api/v1/imports/{rows}/rows/?status=errored", headers=alice).json()
    (row,) = errors["data"]
    assert row["reason"] == "missing_required"
    assert "must have Plan" in row["message"]

    # An edit clears none; who lacks one already stays editable.
    ada = api.patch("ada", {"title": None}, 400)
    assert ada["field"] == "title"
    assert api.patch("ada", {"city": "Rome"})["city"] == "Rome"
    api.patch("ada", {"custom_fields": {"plan": "tin"}})
    assert api.patch("ada", {"custom_fields": {"plan": None}}, 400)["field"] == "custom_fields.plan"

    # Another name changes nothing; a field that is gone is required no more, and is told of first.
    (plan,) = http.get(FIELDS, headers=alice).json()["data"]
    where = f"{FIELDS}{plan['id']}/"
    http.patch(where, json={"name": "tariff"}, headers=alice).raise_for_status()
    assert http.get(HERE, headers=alice).json()["fields"] == ["email", "title", "custom.tariff"]
    used = http.get(f"{where}references/", headers=alice).json()["data"]
    assert "Required fields" in [one["name"] for one in used]
    http.delete(where, params={"force": "true"}, headers=alice).raise_for_status()
    assert http.get(HERE, headers=alice).json()["fields"] == ["email", "title"]

    # In the settings.
    saved = browser.post("/settings/fields/required", data={"field": ["phone", "tags"]})
    assert saved.headers["location"] == "/settings/fields?saved=-required#required"
    assert http.get(HERE, headers=alice).json()["fields"] == ["email", "phone", "tags"]
    assert add(400, {"email": "n@acme.com", "phone": "030 1"})["error"]["field"] == "tags"


def test_no_row_clears_what_is_required(http: TestClient, world: World) -> None:
    """One cell that gives several fields replaces them together: not where one would be lost."""
    alice = world.alice.headers
    api = Api(http, world)
    was = api.get("bo")
    assert was["last_name"]
    http.put(HERE, json={"fields": ["last_name", "state"]}, headers=alice).raise_for_status()

    def post(at: str, body: dict[str, Any]) -> Any:
        return http.post(f"/api/v1/contacts/{at}", json=body, headers=alice)

    short = {"email": was["email"], "full_name": "Bo"}
    refused = post("upsert/", short)
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "last_name")
    assert "cannot be cleared" in refused.json()["error"]["message"]
    (row,) = post("bulk/", {"contacts": [short]}).json()["data"]
    assert (row["status"], row["reason"]) == ("invalid", "required_field")
    assert api.get("bo") == was
    assert post("upsert/", {**short, "full_name": "Bo Berg"}).status_code == 200
    assert api.get("bo")["last_name"] == "Berg"
    # What is lacking already may stay so: he has no state.
    assert post("upsert/", {"email": was["email"], "location": "Paris, France"}).status_code == 200
    # A file is held to the same.
    api.patch("bo", {"city": "Austin", "state": "Texas", "country": "US"})
    report = bring(world, f'Email,Location\n{was["email"]},"Paris, France"\n')
    assert (report.updated, report.errored) == (0, 1)
    assert api.get("bo")["state"] == "Texas"
