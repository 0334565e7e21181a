"""Segments as people build, read, explain and delete them (S1-68, S1-69, G-26, G-29, G-33)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.conftest import Person, World
from tests.segments.asking import CONTACTS, SEGMENTS, Api, within

ADA, BEN = "ada@acme.com", "ben@acme.com"
VPS = {"c_field": ["seniority"], "c_op": ["in"], "c_value": [""], "c_until": [""],
       "c_choice": ["0:vp"], "c_opens": [""], "c_depth": ["0"]}  # fmt: skip


@pytest.fixture
def people(alice: Api) -> dict[str, str]:
    made = {}
    for email, seniority in ((ADA, "vp"), (BEN, "entry")):
        body = {"email": email, "first_name": email[:3].title(), "seniority": seniority}
        made[email] = alice("POST", CONTACTS, body, 201)["id"]
    return made


def _undo(browser: TestClient, page: str) -> None:
    """By the button of the message."""
    found = re.search(r'action="(/operations/op_\w+/undo)"', page)
    assert found, page
    assert browser.post(found[1]).status_code == 200


def test_a_segment_is_built_explained_and_changed(
    alice: Api, people: dict[str, str], world: World,
    browser_of: Callable[[Person], TestClient],
) -> None:  # fmt: skip
    browser = browser_of(world.alice)
    browser.follow_redirects = True
    assert "No segments yet" in browser.get("/segments").text
    told = browser.post("/segments/preview", data=VPS).text
    assert "1 contact" in told
    assert "Ada" in told
    assert "Ben" not in told
    assert "as soon as there is a whole one" in browser.post("/segments/preview", data={}).text
    refused = browser.post("/segments", data={"name": "Nobody"})
    assert refused.status_code == 400
    assert "Choose a field to make the first condition." in refused.text
    assert "f-name-error" not in refused.text
    refused = browser.post("/segments", data={"name": " "}).text
    assert "Choose a field to make the first condition." in refused
    assert "A name of at most 200 characters is needed." in refused
    page = browser.post("/segments", data={"name": "VPs", **VPS})
    assert "“VPs” was created" in page.text
    undo = re.search(r'action="(/operations/op_\w+/undo)"', page.text)
    assert undo
    came = {"hx-request": "true", "referer": str(page.url)}
    assert browser.post(undo[1], headers=came).headers["hx-redirect"] == "/segments"
    assert "No segments yet" in browser.get("/segments").text
    page = browser.post("/segments", data={"name": "VPs", **VPS})
    assert "Seniority is Vice president." in page.text
    here = page.url.path

    assert "is in “VPs”" in browser.get(here, params={"person": ADA}).text
    why = browser.get(here, params={"person": BEN}).text
    assert "is not in “VPs”" in why
    assert "it is Entry" in why
    unknown = browser.get(here, params={"person": "no@acme.com"})
    assert unknown.status_code == 400
    assert "No contact has the email no@acme.com" in unknown.text

    # A name will do: of one who is called so at once, of several they are proposed.
    assert "is in “VPs”" in browser.get(here, params={"person": "ada"}).text
    several = browser.get(here, params={"person": "acme"}).text
    assert "Whom do you mean?" in several
    assert f'href="{here}?person={ADA.replace("@", "%40")}"' in several
    assert "“VPs”.</span>" not in several
    nobody = browser.get(here, params={"person": "Zoë Nobody"})
    assert "Nobody here is called “Zoë Nobody”" in nobody.text
    # A whole name may be a single letter: it is looked for once it is entered.
    alice("POST", CONTACTS, {"email": "li@seg.example.com", "first_name": "李"}, 201)
    assert "is not in “VPs”" in browser.get(here, params={"person": "李"}).text
    assert "li@seg" not in browser.get(f"{here}/people", params={"person": "李"}).text
    typed = browser.get(f"{here}/people", params={"person": "ad"}).text
    assert (ADA in typed, BEN in typed) == (True, False)
    assert ADA not in browser.get(f"{here}/people", params={"person": "a"}).text

    # A group within, and what the builder then shows of it.
    grouped = {"c_field": ["seniority", "", "last_name"], "c_op": ["in", "", "is_empty"],
               "c_value": [""] * 3, "c_until": [""] * 3, "c_choice": ["0:vp"],
               "c_opens": ["", "none", ""], "c_depth": ["0", "0", "1"]}  # fmt: skip
    page = browser.post(here, data={"name": "Named VPs", **grouped})
    assert "and not (last name is empty)" in page.text
    assert 'value="none" selected' in browser.get(f"{here}/edit").text
    _undo(browser, page.text)
    assert "Seniority is Vice president." in browser.get(here).text
    listed = browser.get("/segments?q=vp").text
    assert ">VPs</a>" in listed
    assert ">1</a>" in listed
    assert ">1</a>" in browser.get(f"{here}/row").text


def test_a_list_goes_with_its_people_and_comes_back(
    alice: Api, people: dict[str, str], world: World,
    browser_of: Callable[[Person], TestClient],
) -> None:  # fmt: skip
    browser = browser_of(world.alice)
    browser.follow_redirects = True
    page = browser.post("/segments", data={"name": "Dinner", "kind": "static"})
    here, id = page.url.path, page.url.path.rpartition("/")[2]
    refused = browser.post(f"{here}/members", data={"emails": f"{ADA}, no@acme.com"})
    assert refused.status_code == 400
    assert "No contact has no@acme.com." in refused.text
    assert alice.people(id) == set()
    page = browser.post(f"{here}/members", data={"emails": f"{ADA}\n{BEN}"})
    assert alice.people(id) == set(people.values())
    using = alice.segment("Uses it", within(id))

    asked = browser.get(f"{here}/deletion").text
    assert "Uses it" in asked
    assert "Delete list all the same" in asked
    gone = browser.post(f"{here}/deletion")
    assert "“Dinner” was deleted" in gone.text
    assert browser.get(here).status_code == 404
    assert alice.people(using) == set()
    _undo(browser, gone.text)
    assert alice.people(id) == alice.people(using) == set(people.values())
    assert alice("GET", f"{SEGMENTS}{id}/")["created_by"] == "alice"

    # What was undone can be done again; a name that is taken meanwhile keeps it away.
    gone = browser.post(f"{here}/deletion")
    alice.segment("Dinner")
    _undo(browser, gone.text)
    assert browser.get(here).status_code == 404


def test_a_contact_says_in_which_segments_it_is_and_why(
    alice: Api, people: dict[str, str], world: World,
    browser_of: Callable[[Person], TestClient],
) -> None:  # fmt: skip
    bob = browser_of(world.bob)
    assert "No segments yet" in bob.get(f"/contacts/{people[ADA]}/segments").text
    vps = alice.segment("VPs", {"field": "seniority", "op": "eq", "value": "vp"})
    page = bob.get(f"/contacts/{people[ADA]}/segments").text
    assert "In 1 of 1 segment" in page
    assert "Seniority is Vice president" in page
    assert f'href="/segments/{vps}?person=ada%40acme.com"' in page
    assert "In no segment" in bob.get(f"/contacts/{people[BEN]}/segments").text
    charlie = browser_of(world.charlie)
    assert charlie.get(f"/contacts/{people[ADA]}/segments").status_code == 404


def test_bob_reads_and_charlie_sees_nothing(
    alice: Api, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    id = alice.segment("Guests")
    bob = browser_of(world.bob)
    page = bob.get(f"/segments/{id}").text
    assert "Guests" in page
    assert f"/segments/{id}/edit" not in page
    assert "/segments/new" not in bob.get("/segments").text
    for path in ("/segments", f"/segments/{id}", f"/segments/{id}/members"):
        assert bob.post(path, data={"name": "Mine", "emails": ADA}).status_code == 403
    charlie = browser_of(world.charlie)
    assert "Guests" not in charlie.get("/segments").text
    assert charlie.get(f"/segments/{id}").status_code == 404
