"""Whoever was merged is another name of the one who lives on, and nobody beside it (D-10, G-14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import Person, World
from tests.contacts.editing import Api
from tests.duplicates.merging import merge


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


def ask(api: Api, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    headers = api.world.alice.headers
    answer = api.http.request(method, f"/api/v1/{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_who_was_merged_is_not_in_the_trash(
    api: Api, browser_of: Callable[[Person], TestClient]
) -> None:
    merge(api, "ada", "bo")
    everything = {"action": "restore", "is_deleted": True}
    assert "nothing to do" in ask(api, "POST", "bulk/", everything, 409)["error"]["message"]
    api("DELETE", "cy")
    for path, body in (("contacts/?is_deleted=true", None),
                       ("contacts/search/", {"is_deleted": True})):  # fmt: skip
        found = ask(api, "POST" if body else "GET", path, body)
        assert [one["id"] for one in found["data"]] == [api.ids["cy"]]
        assert found["meta"]["total_count"] == 1
    page = browser_of(api.world.alice).get("/contacts?view=deleted").text
    assert "cy@example.com" in page
    assert "bo@acme.com" not in page
    # Programs that keep up with all contacts still learn where they went.
    gone = {one["id"]: one["merged_into"] for one in ask(api, "GET", "contacts/")["data"]}
    assert gone[api.ids["bo"]] == api.ids["ada"]
    done = ask(api, "POST", "bulk/", {**everything, "expected_count": 1})
    assert (done["count"], done["done"], done["failed"]) == (1, 1, 0)
