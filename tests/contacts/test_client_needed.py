"""For which client a contact is claimed that nobody holds, and who is told that another does (D-14,
D-15, S0-46)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import World
from tests.contacts.editing import Api, of_an_agency


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return of_an_agency(http, world)


def test_whom_nobody_holds_comes_back_for_a_client(api: Api, world: World, browser_of: Any) -> None:
    beta = {"client_id": api.ids["beta"]}
    for name in ("ada", "bo", "cy"):
        api("POST", name, "assignment/release/")
        api("DELETE", name)
    needed = api("POST", "ada", "restore/", 400).json()["error"]
    assert (needed["code"], needed["field"]) == ("client_required", "client_id")
    unknown = {"client_id": "client_01h455vb4pex5vsknk084sn02q"}
    assert api("POST", "ada", "restore/", 400, json=unknown).json()["error"]["field"] == "client_id"
    assert api("POST", "ada", "restore/", json=beta).json()["client_id"] == api.ids["beta"]

    def bulk(options: Any, status: int) -> Any:
        answer = api.http.post(
            "/api/v1/bulk/", headers=world.alice.headers,
            json={"action": "restore", "contact_ids": [api.ids["bo"]], "options": options},
        )  # fmt: skip
        assert answer.status_code == status, answer.text
        return answer.json()

    assert bulk(unknown, 400)["error"]["field"] == "options.client_id"
    assert bulk({}, 200)["failed"] == 1
    assert bulk(beta, 200)["done"] == 1
    assert api.get("bo")["client_id"] == api.ids["beta"]

    # From the list one is led to the page, which asks for the client.
    browser, here = browser_of(world.alice), f"/contacts/{api.ids['cy']}"
    led = browser.post(f"{here}/restore", headers={"hx-request": "true"})
    assert (led.status_code, led.headers["hx-redirect"]) == (204, here)
    page = browser.get(here).text
    assert 'id="f-restore-client"' in page
    (select,) = re.findall('<select id="f-restore-client".*?</select>', page, re.DOTALL)
    assert " required" in select
    assert re.findall('<option value="(.*?)"', select)[0] == ""
    assert f'<option value="{api.ids["beta"]}">Beta</option>' in select
    asked = browser.post("/bulk/restore/ask", data={"id": api.ids["cy"]}).text
    assert 'id="bulk-client"' in asked
    assert browser.post(f"{here}/restore", data=beta).status_code == 303
    assert api.get("cy")["client_id"] == api.ids["beta"]

    # Whom another client holds is not passed on by this.
    api("DELETE", "cy")
    alices = {"client_id": world.alice.client.shown_id}
    assert api("POST", "cy", "restore/", 409, json=alices).json()["error"]["field"] == "client_id"
    assert api("POST", "cy", "restore/").json()["client_id"] == api.ids["beta"]


def test_a_new_email_is_claimed_for_a_client_and_its_holder_is_named(
    api: Api, world: World
) -> None:
    beta = {"client_id": api.ids["beta"]}
    api("POST", "ada", "assignment/release/")
    assert api.patch("ada", {"email": "ada@beta.com"}, 400)["code"] == "client_required"
    told = api.patch("ada", {"email": "ada@beta.com", **beta})
    assert (told["email"], told["client_id"]) == ("ada@beta.com", api.ids["beta"])
    assert told["meta"]["changed"] == ["client_id", "email"]
    # What it has is no change, and another is no way around its assignment.
    assert api.patch("ada", {"title": "CTO", **beta})["title"] == "CTO"
    alices = {"client_id": world.alice.client.shown_id}
    for body in ({"title": "X", **alices}, {"email": "a@beta.com", **alices}, {"client_id": None}):
        assert api.patch("ada", body, 400)["field"] == "client_id"

    # In the words of a create: within the workspace the holder is named (D-15).
    held = {"email": "held@beta.com"}
    made = api.http.post("/api/v1/contacts/", json={**held, **beta}, headers=world.alice.headers)
    assert made.status_code == 201, made.text
    api("DELETE", made.json()["id"])
    created = api.http.post("/api/v1/contacts/", headers=world.alice.headers,
                            json={**held, **alices, "options": {"in_trash": "new"}})  # fmt: skip
    patched = api.patch("bo", held, 409)
    assert created.json()["error"]["message"] == patched["message"]
    assert patched["message"].startswith("held@beta.com is assigned to Beta until ")
