"""Bulk actions on pages: the dialog that confirms the number, and the log (G-20, S0-84)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from nimbus.bulk import write
from tests.bulk.test_bulk_api import people
from tests.conftest import Person, World
from tests.contacts.test_page_offers import become
from tests.imports.test_run import bring
from tests.segments.asking import Api

Browser = Callable[[Person], TestClient]
HTMX = {"hx-request": "true"}
ALL = {"all": "1", "query": ""}


def test_the_number_is_confirmed_and_nothing_else_is_done(
    http: TestClient, world: World, browser_of: Browser
) -> None:
    bring(world, people(6))
    alice = browser_of(world.alice)
    page = alice.get("/contacts").text
    rows = re.findall(r'name="id" value="(cont_\w+)"', page)
    assert len(rows) == 6
    assert 'hx-post="/bulk/tags/ask"' in page
    assert "/bulk/restore/ask" not in page
    dialog = alice.post("/bulk/tags/ask", data={"id": rows[:2]}, headers=HTMX).text
    assert "Tag 2 contacts" in dialog
    assert dialog.count('name="id"') == 2
    # A field has its own control; one that is wrong is told of at its place.
    asked = {**ALL, "field": "status"}
    assert "<select" in alice.post("/bulk/set_field/ask", data=asked, headers=HTMX).text
    wrong = alice.post("/bulk/tags", data={**ALL, "expected": "6"}, headers=HTMX)
    assert wrong.status_code == 400
    assert "Name tags to add or to remove." in wrong.text
    # So is a text that no column keeps; and a number that none can be is not the one of now.
    nul = {**ALL, "expected": "6", "field": "title", "value": "a\0b"}
    unkept = alice.post("/bulk/set_field", data=nul, headers=HTMX)
    assert (unkept.status_code, "leave it out" in unkept.text) == (400, True)
    endless = {**ALL, "expected": "9" * 5_000, "add": "hot"}
    assert alice.post("/bulk/tags", data=endless, headers=HTMX).status_code == 409
    # Somebody came while the dialog was open: it asks again, with the new number.
    bring(world, "Email\nlate@example.com\n")
    tag = {**ALL, "expected": "6", "add": "hot"}
    again = alice.post("/bulk/tags", data=tag, headers=HTMX)
    assert again.status_code == 409
    assert "Tag 7 contacts" in again.text
    assert "7 contacts match now, and not 6" in again.text
    done = alice.post("/bulk/tags", data={**tag, "expected": "7"}, headers=HTMX)
    assert done.headers["hx-trigger"] == "changed"
    assert "Tag 7 contacts with hot: 7 changed" in done.text
    # Everybody is deleted only by their number; of a filter it is not asked.
    gone = {**ALL, "expected": "7"}
    refused = alice.post("/bulk/delete", data=gone, headers=HTMX)
    assert refused.status_code == 400
    assert "Type 7 to confirm" in refused.text
    # Nor does an address that restricts nobody get round it.
    all_ = Api(http, world.alice.headers).segment("All", {"and": []})
    for query in ('filter={"and":[]}', "q=%20", "done=x", "is_deleted=false", f"segment={all_}"):
        dialog = alice.post("/bulk/delete/ask", data={**ALL, "query": query}, headers=HTMX)
        assert 'name="typed"' in dialog.text, query
        refused = alice.post("/bulk/delete", data={**gone, "query": query}, headers=HTMX)
        assert "Type 7 to confirm" in refused.text, query
    some = {**ALL, "query": "q=late", "expected": "1", "reason": "left"}
    assert alice.post("/bulk/delete", data=some, headers=HTMX).status_code == 200
    trash = alice.get("/contacts?view=deleted").text
    assert "late@example.com" in trash
    assert 'hx-post="/bulk/restore/ask"' in trash
    # The log tells of both, newest first, and takes one back.
    log = alice.get("/settings/bulk").text
    assert log.index("Move 1 contact to the trash") < log.index("Tag 7 contacts with hot")
    entry = re.search(r'href="(/settings/bulk/op_\w+)"', log)
    assert entry
    assert "Changed" in alice.get(entry[1]).text
    # Pressed twice, a button does once what it says.
    for words, there in (("Undo", True), ("Do again", False), ("Undo", True)):
        button = rf'action="{entry[1]}/reverse".*name="of" value="(op_\w+)".*>{words}<'
        of = re.search(button, alice.get(entry[1]).text)
        assert of, words
        pressed = alice.post(f"{entry[1]}/reverse", data={"of": of[1]})
        assert pressed.headers["location"] == entry[1]
        again = alice.post(f"{entry[1]}/reverse", data={"of": of[1]}, headers=HTMX)
        assert again.status_code == 409
        assert ("late@example.com" in alice.get("/contacts?q=late").text) is there
    # Without script the same form is a page.
    assert "<h1>" in alice.post("/bulk/tags/ask", data={"id": rows[:1]}).text
    assert alice.post("/bulk/export/ask", data={"id": rows[:1]}, headers=HTMX).status_code == 200
    # An export too is of the number that was confirmed, or of nobody (G-20).
    file = {"id": rows[:2], "columns": ["email"], "format": "jsonl"}
    other = alice.post("/bulk/export", data={**file, "expected": "3"}, headers=HTMX)
    assert other.status_code == 409
    assert "2 contacts match now, and not 3" in other.text
    assert 'name="expected" value="2"' in other.text
    assert other.text.count("checked") == 2, "the format and the one field are still chosen"
    none = alice.post("/bulk/export", data={"id": rows[:2], "expected": "2"}, headers=HTMX)
    assert none.status_code == 400
    assert "Choose at least one field." in none.text
    assert none.text.count("checked") == 1, "the format alone: no box is ticked again"
    assert "jsonl" not in alice.get("/exports").text
    made = alice.post("/bulk/export", data={**file, "expected": "2"}, headers=HTMX)
    assert "is ready" in made.text


def test_who_may_not_is_offered_nothing(world: World, browser_of: Browser) -> None:
    bring(world, people(2))
    bob = browser_of(world.bob)
    page = bob.get("/contacts").text
    assert "data-check" not in page
    assert "/bulk/" not in page
    ids = re.findall(r"/contacts/(cont_\w+)", page)
    assert bob.post("/bulk/tags/ask", data={"id": ids}).status_code == 403
    assert bob.post("/bulk/tags", data={"id": ids, "add": "x", "expected": "2"}).status_code == 403


def test_the_corner_offers_what_one_may_and_what_is_left_to_do(
    world: World, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(world, people(2))
    monkeypatch.setattr(write, "AT_ONCE", 1)

    def corner(person: Person) -> list[str]:
        text = browser_of(person).get("/jobs/now", headers=HTMX).text
        return re.findall(r'action="/settings/bulk/op_\w+/(\w+)"', text)

    alice = browser_of(world.alice)
    tag = {**ALL, "expected": "2", "add": "hot"}
    assert "under way" in alice.post("/bulk/tags", data=tag, headers=HTMX).text
    assert corner(world.alice) == ["cancel"]
    assert corner(world.bob) == []
    world.work()
    assert corner(world.alice) == ["reverse"]
    assert corner(world.bob) == []
    entry = re.search(r'href="(/settings/bulk/op_\w+)"', browser_of(world.bob).get("/jobs").text)
    assert entry
    alice = browser_of(world.alice)
    assert "Undone." in alice.post(f"{entry[1]}/reverse", headers=HTMX).text
    assert corner(world.alice) == []
    assert alice.post(f"{entry[1]}/reverse", headers=HTMX).status_code == 409


def test_who_may_not_begin_an_action_is_not_offered_its_steps(
    world: World, browser_of: Browser
) -> None:
    bring(world, people(2))
    alice = browser_of(world.alice)
    everybody = {**ALL, "expected": "2"}
    alice.post("/bulk/tags", data={**everybody, "add": "hot"}, headers=HTMX)
    alice.post("/bulk/suppress", data={**everybody, "reason": "manual", "typed": "2"}, headers=HTMX)
    offered = {
        "viewer": [],
        "member": ["Tag 2 contacts with hot"],
        "compliance": ["Suppress 2 contacts"],
        "admin": ["Suppress 2 contacts", "Tag 2 contacts with hot"],
    }
    for role, labels in offered.items():
        become(world, role)
        bob = browser_of(world.bob)
        for path in ("/settings/bulk", "/"):
            assert re.findall(r'aria-label="Undo: ([^"]*)"', bob.get(path).text) == labels, path
