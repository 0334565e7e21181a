"""Reading the log: every filter, pages, words, and the file (S0-25, G-49)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus import clock
from tests.conftest import Person, World
from tests.contacts.editing import Api

LOG = "/api/v1/audit/"


def read(http: TestClient, person: Person, **asked: Any) -> list[dict[str, Any]]:
    answer = http.get(LOG, params=asked, headers=person.headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_the_log_is_read_by_every_filter(
    http: TestClient, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    began = clock.now()
    alice, api = world.alice, Api(http, world)
    made = http.post("/api/v1/custom-fields/", headers=alice.headers,
                     json={"name": "stage", "field_type": "string"}).json()  # fmt: skip
    api.patch("ada", {"title": "=CTO()", "custom_fields": {"stage": "Live"}})
    api.patch("bo", {"owner_id": f"{read(http, alice, thing='person')[0]['thing']['id']}"})
    http.patch(f"/api/v1/companies/{api.get('ada')['company']['id']}/", headers=alice.headers,
               json={"industry": "Logistics"})  # fmt: skip
    key = read(http, alice, thing="contact", field="title", kind="updated")[0]["actor"]["id"]

    everything = read(http, alice, page_size=500)
    assert [one["id"] for one in everything] == sorted((o["id"] for o in everything), reverse=True)
    [edit] = read(http, alice, thing_id=api.ids["ada"], field="custom.stage")
    told = {one["field"]: (one["before"], one["after"]) for one in edit["fields"]}
    assert told["title"] == ("Director of RevOps", "=CTO()")
    assert told["custom.stage"] == (None, "Live")
    assert (edit["actor"], edit["through"], edit["kind"]) == (
        {"kind": "key", "id": key, "name": "First key, made with the workspace"}, "api", "updated",
    )  # fmt: skip
    assert edit["operation"]["kind"] == "contact.update"
    [owner] = read(http, alice, field="owner_id")
    assert owner["fields"][0]["after"].startswith("user_"), "what points to a thing is shown so"

    # Each filter leaves exactly those that it names.
    for asked, holds in {
        "actor": (key, lambda one: one["actor"]["id"] == key),
        "through": ("cli", lambda one: one["through"] == "cli"),
        "thing": ("company", lambda one: one["thing"]["kind"] == "company"),
        "thing_id": (made["id"], lambda one: one["thing"]["id"] == made["id"]),
        "kind": ("created", lambda one: one["kind"] == "created"),
        "operation": ("import", lambda one: one["operation"]["kind"] == "import"),
        "operation_id": (edit["operation"]["id"],
                         lambda one: one["operation"]["id"] == edit["operation"]["id"]),
        "field": ("company.industry", lambda one: one["thing"]["kind"] == "company" and any(
            field["field"] == "industry" for field in one["fields"])),
    }.items():  # fmt: skip
        value, test = holds
        found = read(http, alice, **{asked: value, "page_size": 500})
        assert found, asked
        assert found == [one for one in everything if test(one)], asked
    assert read(http, alice, since=(clock.now() + timedelta(hours=1)).isoformat()) == []
    assert read(http, alice, until=(began - timedelta(days=900)).isoformat()) == []
    assert read(http, alice, since="0001-01-01T00:00:00Z", page_size=500) == everything
    assert read(http, alice, until="1969-12-31T00:00:00Z") == []
    assert read(http, world.charlie, thing="contact") == []
    for wrong in ({"actor": "op_x"}, {"thing_id": "x"}, {"operation_id": "op_1"}, {"who": "x"}):
        answer = http.get(LOG, params=wrong, headers=alice.headers)
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, next(iter(wrong)))

    # Page by page the same, and a cursor is good for its own list only.
    paged, cursor = [], None
    while True:
        asked = {"page_size": 4, **({"cursor": cursor} if cursor else {})}
        answer = http.get(LOG, params=asked, headers=alice.headers).json()
        paged += answer["data"]
        cursor = answer["meta"]["next_cursor"]
        if cursor is None:
            break
        last = cursor
    assert paged == everything
    assert answer["meta"]["total_count"] == len(everything)
    assert http.get(LOG, params={"cursor": last, "thing": "company"},
                    headers=alice.headers).status_code == 400  # fmt: skip

    _file(http, alice, everything)
    _page(browser_of(alice), edit)


def _file(http: TestClient, person: Person, everything: list[dict[str, Any]]) -> None:
    def export(**asked: str) -> str:
        answer = http.get(f"{LOG}export/", params=asked, headers=person.headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    for since in ({}, {"since": "1900-01-01T00:00:00Z"}):
        told = [json.loads(line) for line in export(format="jsonl", **since).splitlines()]
        assert told == everything
    rows = list(csv.DictReader(io.StringIO(export())))
    assert len(rows) == sum(max(1, len(one["fields"])) for one in everything)
    [title] = [row for row in rows if row["field"] == "title" and row["change"] == "updated"]
    assert (title["before"], title["after"]) == ("Director of RevOps", "'=CTO()")
    few = list(csv.DictReader(io.StringIO(export(thing="company", kind="updated"))))
    assert {row["field"] for row in few} >= {"industry"}
    assert {row["thing"] for row in few} == {"company"}


def _page(browser: TestClient, edit: dict[str, Any]) -> None:
    page = browser.get("/settings/audit")
    assert page.status_code == 200
    for words in ("ada@acme.com", "=CTO()", "Director of RevOps", "Stage", "Live", "First key",
                  "Added", "Audit log"):  # fmt: skip
        assert words in page.text
    one = browser.get("/settings/audit", params={"operation_id": edit["operation"]["id"]})
    assert "ada@acme.com" in one.text
    assert "Logistics" not in one.text
    assert "export.csv?operation_id=op_" in one.text
    file = browser.get("/settings/audit/export.csv", params={"thing": "company"})
    assert "Logistics" in file.text
    assert "Ada" not in file.text
    for day in ({"since": "yesterday"}, {"until": "9999-12-31"}):
        wrong = browser.get("/settings/audit", params=day)
        assert wrong.status_code == 400
        assert "Write the day as" in wrong.text
    for name in ("field", "thing", "through"):
        assert browser.get("/settings/audit", params={name: "a\0b"}).status_code == 400
    assert "ada@acme.com" in browser.get("/settings/audit?since=0001-01-01").text
    assert "Nothing found" in browser.get("/settings/audit?until=2020-01-01").text


@pytest.mark.parametrize("path", [LOG, f"{LOG}export/"])
def test_it_needs_its_scope(http: TestClient, world: World, path: str) -> None:
    answer = http.get(path, headers=world.bob.headers)
    assert (answer.status_code, answer.json()["error"]["scope"]) == (403, "audit:read")


def test_what_emails_are_told_apart_by_is_not_told(
    http: TestClient, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    api = Api(http, world)
    api.patch("ada", {"email": "ada.lovelace@acme.com"})
    [edit] = read(http, world.alice, thing_id=api.ids["ada"], field="email", kind="updated")
    assert {one["field"] for one in edit["fields"]} >= {"email"}
    assert "email_key" not in {one["field"] for one in edit["fields"]}
    file = http.get(f"{LOG}export/", headers=world.alice.headers)
    page = browser_of(world.alice).get("/settings/audit")
    assert (file.status_code, page.status_code) == (200, 200)
    for told in (file.text, page.text):
        assert "ada.lovelace@acme.com" in told
        assert "email_key" not in told
        assert "Email key" not in told
