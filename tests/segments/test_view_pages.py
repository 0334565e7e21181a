"""Saved views as tabs of the list: saved, shared, replaced, deleted and had back (S0-11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact
from tests.segments.asking import Api

Browsers = Callable[[Person], TestClient]
QUERY = "icp_tier=A&sort=name_asc"


def tabs(page: str) -> list[str]:
    bar = page.partition('aria-label="Which contacts"')[2].partition("</nav>")[0]
    return [unescape(name) for name in re.findall(r"<a [^>]*>([^<]*)</a>", bar)]


def rows(page: str) -> list[str]:
    return re.findall(r'<th scope="row">.*?<a [^>]*>([^<]*)</a>', page, re.DOTALL)


def current(page: str) -> str:
    found = re.search(r'aria-current="page">([^<]*)</a>', page.partition("Which contacts")[2])
    assert found
    return unescape(found[1])


@pytest.fixture
def people(world: World) -> World:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, full_name="Zoe", icp_tier="A", owner_id=world.alice.who.id)
        add_contact(tx, full_name="Ann", icp_tier="A")
        add_contact(tx, full_name="Bo", icp_tier="B")
    return world


def save(browser: TestClient, name: str, **more: str) -> str:
    """Saves the list of QUERY; answers the address of the view."""
    answer = browser.post("/views", data={"name": name, "query": QUERY, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_view_is_a_tab_of_its_maker_and_shared_of_everybody(
    people: World, browser_of: Browsers
) -> None:
    alice = browser_of(people.alice)
    assert tabs(alice.get("/contacts").text) == ["All", "Mine", "Deleted"]
    here = save(alice, "Tier <A>")
    page = alice.get(here).text
    assert "The view was saved" in page
    assert rows(page) == ["Ann", "Zoe"]
    assert (tabs(page)[-1], current(page)) == ("Tier <A>", "Tier <A>")
    here = here.partition("&")[0]
    bob = browser_of(people.bob)  # One is logged in at a time.
    assert "Tier" not in "".join(tabs(bob.get("/contacts").text))
    refused = bob.get(here)
    assert refused.status_code == 400
    assert "This saved view is its owner’s alone" in refused.text
    out = refused.text.partition("is not shared with you")[2].partition("</main>")[0]
    assert re.findall(r'href="([^"]*)"[^>]*>(?:<svg.*?</svg>)?(?:<span>)?Show all contacts', out)
    assert "Take off" not in out

    id = here.rpartition("=")[2]
    alice = browser_of(people.alice)
    form = alice.get(f"/views/{id}/edit", headers={"hx-request": "true"})
    assert "<dialog" in form.text
    assert "Without this only you see it" in form.text
    alice.post(f"/views/{id}", data={"name": "Tier A", "is_shared": "1"})
    bob = browser_of(people.bob)
    page = bob.get(here).text
    assert rows(page) == ["Ann", "Zoe"]
    assert "Tier A" in tabs(page)
    assert "/views/" not in page  # Bob may only look.
    assert bob.post(f"/views/{id}/delete").status_code == 403
    listed = bob.get("/views").text
    assert "ICP tier is A" in listed
    assert "Everybody" in listed
    charlie = browser_of(people.charlie)
    assert "Tier A" not in tabs(charlie.get("/contacts").text)
    assert charlie.post(f"/views/{id}/delete").status_code == 404


def test_what_is_different_from_the_view_stays_in_the_address_until_it_is_saved(
    people: World, browser_of: Browsers
) -> None:
    alice = browser_of(people.alice)
    here = save(alice, "Tier A").partition("&")[0]
    page = alice.get(here).text
    assert "Save changes" not in page
    off = re.search(r'class="chip-off" href="([^"]*)"', page)
    assert off
    assert unescape(off[1]) == f"{here}&sort=name_asc"
    changed = alice.get(f"{here}&icp_tier=B").text
    assert rows(changed) == ["Bo"]
    assert current(changed) == "Tier A"
    assert "Save changes" in changed
    asked = alice.get(f"{here}&{QUERY}", headers={"hx-request": "true"})
    assert asked.headers["hx-push-url"] == here  # The shortest way.

    id = here.rpartition("=")[2]
    answer = alice.post(f"/views/{id}/list", data={"query": "icp_tier=B"})
    page = alice.get(answer.headers["location"]).text
    assert rows(page) == ["Bo"]
    undo = re.search(r'action="(/operations/op_\w+/undo)"', page)
    assert undo
    alice.post(undo[1])
    assert rows(alice.get(here).text) == ["Ann", "Zoe"]


def test_a_deleted_view_comes_back_as_it_was(people: World, browser_of: Browsers) -> None:
    alice = browser_of(people.alice)
    here = save(alice, "Tier A", is_shared="1").partition("&")[0]
    answer = alice.post(f"/views/{here.rpartition('=')[2]}/delete")
    page = alice.get(answer.headers["location"]).text
    assert "Tier A" not in tabs(page)
    assert alice.get(here).status_code == 400
    undo = re.search(r'action="(/operations/op_\w+/undo)"', page)
    assert undo
    alice.post(undo[1])
    assert rows(browser_of(people.bob).get(here).text) == ["Ann", "Zoe"]


def test_a_view_without_a_name_or_of_a_wrong_list_is_refused(
    people: World, browser_of: Browsers
) -> None:
    alice = browser_of(people.alice)
    nameless = alice.post("/views", data={"name": " ", "query": QUERY})
    assert nameless.status_code == 400
    assert "A name of at most" in nameless.text
    wrong = alice.post("/views", data={"name": "X", "query": "nonsense=1"})
    assert "There is no field “nonsense”" in wrong.text


def test_mine_are_those_one_owns(people: World, browser_of: Browsers) -> None:
    alice = browser_of(people.alice)
    page = alice.get("/contacts").text
    mine = re.search(r'href="([^"]*owner_id[^"]*)"', page)
    assert mine
    page = alice.get(unescape(mine[1])).text
    assert rows(page) == ["Zoe"]
    assert current(page) == "Mine"
    # A colleague who opens the address sees the same people.
    assert rows(browser_of(people.bob).get(unescape(mine[1])).text) == ["Zoe"]


def test_a_view_of_a_field_that_is_gone_says_so(
    people: World, browser_of: Browsers, alice: Api
) -> None:
    field = alice("POST", "/api/v1/custom-fields/", {"name": "stage", "field_type": "string"}, 201)
    browser = browser_of(people.alice)
    made = browser.post("/views", data={"name": "Staged", "query": "custom.stage=won"})
    here = made.headers["location"].partition("&")[0]
    assert browser.get(here).status_code == 200
    alice("DELETE", f"/api/v1/custom-fields/{field['id']}/?force=true", None, 200)
    assert rows(browser.get(here).text) == []
