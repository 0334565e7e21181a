"""Home for people: cards whose numbers lead to their lists, and the first steps (issue E)."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.testclient import TestClient

from nimbus.home.count import count
from tests.conftest import Person, World
from tests.imports.test_run import bring

Browser = Callable[[Person], TestClient]


def test_every_number_leads_to_a_list_that_shows_as_many(world: World, browser_of: Browser) -> None:
    bring(world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        count(tx)
    browser = browser_of(world.alice)
    page = browser.get("/").text
    assert "as of " in page
    assert "2 rows" not in page
    told = re.findall(r'<p class="number-line"><a href="([^"]+)"><b>([\d,]+)</b>', page)
    told += re.findall(r'<a href="(/contacts[^"]*)" aria-label="[^"]+: ([\d,]+)">', page)
    assert any(href.startswith("/imports/imp_") for href, _ in told)  # The last one, not all.
    lists = {href: number for href, number in told if href.startswith("/contacts")}
    assert len(lists) > 10
    for href, number in lists.items():
        listed = browser.get(href.replace("&amp;", "&"))
        assert listed.status_code == 200, href
        shown = re.search(r"([\d,]+) contacts?", listed.text)
        assert (shown[1] if shown else "0") == number or number == "0", href


def test_the_first_steps_are_ticked_off_and_go(world: World, browser_of: Browser) -> None:
    browser = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update api_key set revoked_at = %s where name = %s", [tx.now, "Bob's key"])
    assert "3 left" in browser.get("/").text
    made = browser.post("/welcome/key")
    assert made.status_code == 303
    page = browser.get(made.headers["location"]).text
    key = re.search(r"nmb_\w{46}", page)
    assert key
    assert f"curl -H &#39;Authorization: Bearer {key[0]}&#39;" in page
    assert key[0] not in browser.get("/").text
    assert browser.post("/welcome/key").headers["location"] == "/"
    headers = {"Authorization": f"Bearer {key[0]}"}
    assert browser.get("/api/v1/contacts/?page_size=2", headers=headers).status_code == 200
    assert browser.post("/api/v1/contacts/", json={"email": "a@b.co"}, headers=headers).is_error
    assert "1 left" in browser.get("/").text
    first = browser.post("/imports/sample").headers["location"]
    assert browser.post("/imports/sample").headers["location"] == first
    assert "Watch the import" in browser.get("/").text
    world.work()
    page = browser.get("/").text
    assert "First steps" not in page
    assert "25 contacts" in re.sub("<[^>]+>", "", page)


def test_who_dismisses_the_steps_sees_them_no_more(world: World, browser_of: Browser) -> None:
    browser = browser_of(world.alice)
    assert browser.post("/welcome/dismiss").status_code == 303
    page = browser.get("/").text
    assert "First steps" not in page
    assert "Nobody here yet" in page


def test_who_may_only_look_is_offered_nothing_to_do(world: World, browser_of: Browser) -> None:
    page = browser_of(world.bob).get("/").text
    assert "First steps" not in page
    assert "Import a file" not in page


def test_an_agency_looks_at_one_client(world: World, browser_of: Browser) -> None:
    bring(world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true where id = %s", [tx.workspace_id])
        count(tx)
    browser, client = browser_of(world.alice), world.alice.client.shown_id
    assert f"/?client={client}" in browser.get("/").text
    page = browser.get("/", params={"client": client}).text
    assert f"client_id={client}" in page
    assert browser.get("/", params={"client": world.charlie.client.shown_id}).status_code == 404
