"""The page of limits: its numbers are the workspace's own, and lead to what proves them."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from nimbus.accounts.client import workspace
from nimbus.accounts.read import about_room
from tests.conftest import World

HERE = "/settings/limits"


def row(text: str, label: str) -> str:
    """What the page says beneath a label, without its tags."""
    lines = text.partition("<main")[2].partition("</main>")[0].split('<li class="limit">')[1:]
    [found] = [one for one in lines if re.search(rf"[>\s]{label}<", one)]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_each_number_is_against_its_limit(world: World, http: TestClient, browser_of) -> None:
    alice = world.alice
    field = {"name": "stage", "field_type": "string"}
    made = http.post("/api/v1/custom-fields/", json=field, headers=alice.headers)
    assert made.status_code == 201, made.text
    file = {"file": ("people.csv", b"email\nmay@example.com\njo@example.com\n")}
    http.post("/api/v1/imports/", files=file, headers=alice.headers)
    page = browser_of(alice).get(HERE).text
    assert "1 of 2" in row(page, "Imports at once")
    world.work()
    page = browser_of(alice).get(HERE).text
    for label, words in (
        ("Contacts", "2 of 1,000,000"), ("Custom fields", "1 of 50"),
        ("Imports at once", "0 of 2"), ("Files kept", "in 1 file"), ("API keys", "2"),
        ("Webhooks", "0 of 20"), ("Reads", "100 a second, and 60,000 at once"),
        ("Files of exports", "7 days"), ("Look-ups of the registry", "0 of 300"),
        ("Custom fields", "NIMBUS_CUSTOM_FIELDS_LIMIT"),
    ):  # fmt: skip
        assert words in row(page, label), label


def test_bob_sees_numbers_and_only_links_that_open(world: World, browser_of) -> None:
    bob = browser_of(world.bob)
    page = bob.get(HERE).text.split("<main", 1)[1]
    assert "NIMBUS_" not in page
    links = set(re.findall(r'class="link" href="([^"]+)"', page))
    assert "/settings/keys" not in links
    for link in links:
        assert bob.get(link).status_code == 200, link


def test_many_contacts_are_reckoned_and_said_to_be(world: World, browser_of) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "insert into contact (workspace_id, email, email_domain, email_key, created_at, "
            "updated_at) select %s, n || '@b.c', 'b.c', uuidv7(), now(), now() "
            "from generate_series(1, 10500) n returning 1", [tx.workspace_id],
        )  # fmt: skip
        found = about_room(tx, workspace(tx), world.instance.settings)
        assert not found.exact
        assert found.contacts > 10_000
    page = browser_of(world.alice).get(HERE).text
    assert "about 1" in row(page, "Contacts")
    assert "about 1" in browser_of(world.alice).get("/settings/workspace").text
