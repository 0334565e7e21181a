"""The palette finds people, companies, segments, imports, pages and actions, for who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact
from tests.imports.test_run import bring

Browser = Callable[[Person], TestClient]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("bobby", ("People", "bob@example.com")),
        ("acme.com", ("Companies", "/companies/comp_")),
        ("people.csv", ("Imports", "Complete")),
        ("vip", ("Segments", "/segments/seg_")),
        ("audit", ("Pages", "/settings/audit")),
        ("import file", ("Actions", "/contacts/import")),
        ("", ("Latest people", "Latest imports", "Actions")),
        ("b", ("Build a segment",)),
        ("new segm", ("Build a segment",)),
        ("new list", ("/segments/new?kind=static",)),
        ("new company", ("/companies/new",)),
        ("new webhook", ("/settings/webhooks/new",)),
        ("new key", ("/settings/keys",)),
        ("theme", ("/theme/dark", "/theme/light")),
        ("note", ("/mentions",)),
        ("log", ("Log out",)),
        ("\U0001f600 nothing", ("Nothing is called like",)),
    ],
)
def test_what_is_typed_is_found(
    world: World, browser_of: Browser, words: str, told: tuple[str, ...]
) -> None:
    bring(world)
    browser = browser_of(world.alice)
    made = browser.post(
        "/api/v1/segments/", json={"name": "VIPs", "kind": "static"}, headers=world.alice.headers
    )
    assert made.status_code == 201
    page = browser.get("/search", params={"q": words})
    part = browser.get("/search", params={"q": words}, headers={"hx-request": "true"})
    assert (page.status_code, part.status_code) == (200, 200)
    for one in told:
        assert one in page.text, one
        assert one in part.text, one
    assert "<nav" not in part.text


def test_nobody_is_led_to_where_they_may_not_go(world: World, browser_of: Browser) -> None:
    page = browser_of(world.bob).get("/search", params={"q": "a"}).text
    for one in ("/settings/audit", "/contacts/new", "/settings/keys"):
        assert one not in page
    assert "/duplicates" in page


def test_so_many_words_are_refused_in_words(world: World, browser_of: Browser) -> None:
    asked = {"q": "one two three four five six seven eight nine"}
    assert "8 words at most" in browser_of(world.alice).get("/search", params=asked).text


def test_every_key_is_on_the_map(world: World, browser_of: Browser) -> None:
    browser = browser_of(world.alice)
    page = browser.get("/keyboard")
    assert "Ctrl K" in page.text
    assert "<dialog" in browser.get("/keyboard", headers={"hx-request": "true"}).text


def test_what_is_called_so_stands_before_people(world: World, browser_of: Browser) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, full_name="Logan Dahl", email="logan@acme.com")
        add_contact(tx, full_name="Outi Segers", email="outi@acme.com")
    browser = browser_of(world.alice)
    page = browser.get("/search", params={"q": "log"}).text
    assert page.index("Log out") < page.index("Logan Dahl") < page.index("Audit log")
    page = browser.get("/search", params={"q": "seg"}).text
    assert page.index('href="/segments"') < page.index("Outi Segers") < page.index("/segments/new")


def test_a_theme_is_kept_and_leads_back(world: World, browser_of: Browser) -> None:
    browser = browser_of(world.bob)
    for came_from, led_to in (
        ("http://testserver/contacts?q=a", "/contacts?q=a"), ("https://evil.example/contacts", "/"),
        ("http://testserver//evil.example", "/"),
        # What a refused form answers is no page to go to; what is around it is.
        ("http://testserver/settings/fields/one/deletion", "/settings/fields/one"),
    ):  # fmt: skip
        answer = browser.get("/theme/dark", headers={"referer": came_from})
        assert (answer.status_code, answer.headers["location"]) == (303, led_to)
    assert 'data-theme="dark"' in browser.get("/keyboard").text
    assert browser.get("/theme/pink").status_code == 404


def test_a_link_to_the_way_out_asks_first(world: World, browser_of: Browser) -> None:
    browser = browser_of(world.bob)
    assert "You are logged in as Bob" in browser.get("/logout").text
    assert browser.get("/keyboard").status_code == 200
    assert browser.post("/logout").status_code == 303
    assert browser.get("/logout").headers["location"] == "/login"
