"""A blank cursor is refused by every list: it would be the first page again, without an end."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from nimbus.db import ids
from tests.conftest import World
from tests.contacts.contact_rows import add_contact


def test_every_list_refuses_a_blank_cursor_and_says_so(http: TestClient, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = ids.show("cont", add_contact(tx))
    document = http.get("/api/v1/openapi.json").json()
    asked = 0
    for path, operations in document["paths"].items():
        known = operations.get("get", {}).get("parameters", [])
        for cursor in (one for one in known if one["name"] == "cursor"):
            assert cursor["schema"]["minLength"] == 1, path
            here = re.sub(r"\{\w+\}", contact, path)
            blank = {"cursor": "", "field": "email"} if "/history" in path else {"cursor": ""}
            answer = http.get(here, params=blank, headers=world.alice.headers)
            assert answer.status_code == 400, path
            assert answer.json()["error"]["field"] == "cursor", path
            asked += 1
    assert asked > 15
    answer = http.post("/api/v1/contacts/search/", json={"cursor": ""}, headers=world.alice.headers)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "cursor")
