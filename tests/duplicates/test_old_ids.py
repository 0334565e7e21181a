"""Whoever was merged is another name of the one who lives on, and nobody beside it (D-10, G-14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import Person, World
from tests.contacts.editing import Api
from tests.duplicates.merging import merge
from tests.imports.test_run import bring


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


def test_an_old_id_is_good_for_what_is_done_to_many(api: Api) -> None:
    merge(api, "ada", "bo")
    ada, bo, cy = (api.ids[name] for name in ("ada", "bo", "cy"))
    tag = {"action": "tags", "options": {"add": ["seen"]}, "contact_ids": [bo, cy, ada]}
    done = ask(api, "POST", "bulk/", {**tag, "expected_count": 2})
    assert {row["contact_id"]: row["outcome"] for row in done["results"]} == {
        ada: "done", cy: "done"
    }  # fmt: skip
    assert (done["count"], "seen" in api.get("ada")["tags"]) == (2, True)
    made = ask(api, "POST", "exports/", {"contact_ids": [bo]})
    assert (made["selected"], made["rows"]) == (1, 1)

    listed = ask(api, "POST", "segments/", {"name": "List", "kind": "static"}, 201)["id"]
    members = f"segments/{listed}/members/"

    def change(**body: list[str]) -> dict[str, str]:
        answer = ask(api, "POST", members, body)
        return {one["id"]: one["result"] for one in answer["results"]}

    assert change(add=[bo]) == {bo: "added"}, "told of the id that was sent"
    assert change(add=[ada, bo]) == {ada: "already", bo: "already"}
    found = ask(api, "GET", f"segments/{listed}/contacts/")["data"]
    assert [one["id"] for one in found] == [ada]
    both = ask(api, "POST", members, {"add": [bo], "remove": [cy, ada]}, 400)["error"]
    assert both["field"] == "remove[1]"
    assert change(remove=[bo]) == {bo: "removed"}


def test_pairs_are_found_by_an_old_id(api: Api, world: World) -> None:
    emails = ("ann.kern@gmail.com", "annkern+a@gmail.com", "annkern+b@gmail.com")
    bring(world, "Email,First name,Last name\n" + "".join(f"{one},Ann,Kern\n" for one in emails))
    ask(api, "POST", "duplicates/scan/", status=202)
    world.work()
    alike = sorted({one for pair in ask(api, "GET", "duplicates/")["data"]
                    for one in pair["contact_ids"]})  # fmt: skip
    assert len(alike) == 3
    lives, gone, other = alike
    merge(api, lives, gone)
    (pair,) = ask(api, "GET", f"duplicates/?contact_id={gone}")["data"]
    assert set(pair["contact_ids"]) == {lives, other}


def test_pages_show_who_an_old_id_leads_to(
    api: Api, browser_of: Callable[[Person], TestClient]
) -> None:
    merge(api, "bo", "ada")
    browser = browser_of(api.world.alice)
    ada, bo, cy = (api.ids[name] for name in ("ada", "bo", "cy"))
    page = browser.get(f"/duplicates/compare?a={bo}&b={cy}").text
    assert "bo@acme.com" in page
    assert "ada@acme.com" not in page
    alone = browser.get(f"/duplicates/compare?a={bo}&b={ada}", follow_redirects=False)
    assert (alone.status_code, alone.headers["location"]) == (303, f"/contacts/{ada}")
    activity = browser.get(f"/contacts/{ada}?tab=activity").text
    assert "Merged with bo@acme.com" in activity
