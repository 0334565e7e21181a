"""The columns of the list: chosen by a person, kept in a saved view, and in an export (S0-12)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient

from nimbus.accounts.read import people as everybody
from nimbus.contacts.listing import columns
from nimbus.contacts.listing.room import fitting, giving_way
from nimbus.contacts.read import ContactList, Reading
from nimbus.fields import STANDARD
from nimbus.fields.read import catalogue
from nimbus.fields.write import NewField, create
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_company, add_contact
from tests.engagement.happening import happen

Browsers = Callable[[Person], TestClient]


def headers(page: str) -> list[str]:
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    cells = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', head, re.DOTALL)
    return [text for cell in cells if (text := unescape(re.sub(r"<[^>]*>", "", cell)).strip())]


def fields(page: str) -> list[str]:
    return re.findall(r'name="column" value="([^"]*)"', page)


@pytest.fixture
def people(world: World) -> World:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = add_company(tx, name="Acme & Sons", industry="Software", tech_stack=["SAP"])
        add_contact(tx, full_name="Ann", title="VP", icp_tier="A", lead_score=90, grade="B",
                    company_id=company, owner_id=world.alice.who.id)  # fmt: skip
    return world


def choose(browser: TestClient, *keys: str, back: str = "", **more: str) -> str:
    answer = browser.post(
        "/contacts/columns", data={"column": list(keys), "width": ["m"] * len(keys), "back": back}
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_columns_are_kept_for_the_person_who_chose_them(
    people: World, browser_of: Browsers
) -> None:
    alice = browser_of(people.alice)
    usual = ["Name", "Email", "Title", "Company", "Tier", "Score", "Tags"]
    assert headers(alice.get("/contacts").text) == usual
    here = choose(alice, "company.tech_stack", "grade", "owner_id", "email", back="icp_tier=A")
    assert here == "/contacts?icp_tier=A"
    page = alice.get(here).text
    assert headers(page) == ["Name", "Tech stack", "Grade", "Owner", "Email"]
    assert "SAP" in page
    with people.door.workspace(people.alice.who.workspace_id) as tx:
        name = next(one.name for one in everybody(tx) if one.user_id == people.alice.who.id)
    assert f'title="{name}">' in page
    assert page.count('<col class="w-m') == 4
    assert headers(browser_of(people.bob).get(here).text) == usual
    alice = browser_of(people.alice)
    form = alice.get("/contacts/columns").text
    assert fields(form) == ["company.tech_stack", "grade", "owner_id", "email"]
    assert alice.post("/contacts/columns", data={"step": "reset"}).status_code == 303
    assert headers(alice.get("/contacts").text) == usual


def test_a_label_may_have_letters_of_private_use(people: World, browser_of: Browsers) -> None:
    """Such as the apple on a Mac; rows are drawn with marks of that range (listing/cells.py)."""
    with people.door.workspace(people.alice.who.workspace_id) as tx:
        create(tx, people.alice.who, NewField("\uf8ff\ue001 Store id", "string", "store"))
    alice = browser_of(people.alice)
    choose(alice, "custom.store")
    page = alice.get("/contacts")
    assert page.status_code == 200
    assert 'aria-label="Edit  store id"' in page.text


def test_the_form_works_by_its_buttons(people: World, browser_of: Browsers) -> None:
    browser = browser_of(people.bob)

    def after(step: str, add: str = "", columns: tuple[str, ...] = ("email", "title")) -> list[str]:
        data = {"column": columns, "width": ["l"] * len(columns), "step": step, "add": add}
        return fields(browser.post("/contacts/columns", data=data).text)

    assert after("up:title") == ["title", "email"]
    assert after("up:email") == ["email", "title"]
    assert after("down:email") == ["title", "email"]
    assert after("drop:email") == ["title"]
    assert after("add", "grade") == ["email", "title", "grade"]
    assert after("add", "nonsense") == ["email", "title"]
    assert {"email", "icp_tier", "lead_score", "client_id"} <= set(after("preset:agency"))
    review = {"email", "icp_tier", "lead_score", "registry.bounce_status", "events.sent.last_at"}
    chosen = set(after("preset:deliverability"))
    assert review <= chosen
    # Of which a call that somebody logs is one as well.
    assert "last_contacted_at" not in chosen
    none = browser.post("/contacts/columns", data={})
    assert none.status_code == 400
    assert "Choose at least one column." in none.text
    # Nothing was kept on the way.
    assert len(headers(browser.get("/contacts").text)) == 7


def test_what_the_registry_knows_is_a_column(people: World, browser_of: Browsers) -> None:
    browser = browser_of(people.bob)
    choose(browser, "email", "registry.bounce_status")
    page = browser.get("/contacts").text
    assert headers(page) == ["Name", "Email", "Bounce status"]


def test_a_view_keeps_its_columns_for_everybody(people: World, browser_of: Browsers) -> None:
    alice = browser_of(people.alice)
    choose(alice, "grade", "email")
    made = alice.post("/views", data={"name": "Graded", "query": "grade=B", "is_shared": "1"})
    here = made.headers["location"].partition("&")[0]
    bob = browser_of(people.bob)
    assert headers(bob.get(here).text) == ["Name", "Grade", "Email"]
    # Other columns are one's own, and can be put into the view.
    assert choose(bob, "email", back=here.partition("?")[2]) == here
    assert headers(bob.get(here).text) == ["Name", "Email"]
    alice = browser_of(people.alice)
    assert headers(alice.get(here).text) == ["Name", "Grade", "Email"]
    choose(alice, "title", back=here.partition("?")[2])
    page = alice.get(here).text
    assert "Save changes" in page
    query = re.search(r'name="query" value="(view=[^"]*)"', page)
    assert query
    id = here.rpartition("=")[2]
    saved = alice.post(f"/views/{id}/list", data={"query": unescape(query[1])})
    page = alice.get(saved.headers["location"]).text
    assert headers(page) == ["Name", "Title"]
    assert "Save changes" not in page


def test_a_row_that_was_edited_shows_the_columns_of_its_list(
    people: World, browser_of: Browsers
) -> None:
    alice = browser_of(people.alice)
    choose(alice, "grade", "title")
    page = alice.get("/contacts").text
    href = re.search(r'data-href="([^"]*)"', page)
    assert href
    htmx = {"hx-request": "true", "hx-current-url": "http://testserver/contacts"}
    form = alice.get(f"{href[1]}/fields/title?at=row", headers=htmx).text
    seen = re.search(r'name="seen" value="([^"]*)"', form)
    assert seen
    data = {"v.title": ["", "Chief"], "seen": unescape(seen[1]), "at": "row"}
    answer = alice.post(f"{href[1]}/fields/title", data=data, headers=htmx)
    ids = re.findall(r"innerHTML:#cell-cont_[0-9a-z]{26}-([^\"]*)", answer.text)
    assert ids == ["name", "grade", "title"]
    assert "Chief" in answer.text


def test_an_export_begins_with_the_columns_one_sees(people: World, browser_of: Browsers) -> None:
    alice = browser_of(people.alice)
    choose(alice, "grade", "company.industry")
    page = alice.get("/contacts").text
    chosen = dict(re.findall(r'<input type="hidden" name="(query|shown)" value="([^"]*)">', page))
    asked = alice.post("/bulk/export/ask", data={"all": "1", **chosen}).text
    ticked = re.findall(r'name="columns" value="([^"]*)" checked', asked)
    assert ticked[:2] == ["grade", "company.industry"]
    assert {"first_name", "last_name"} == set(ticked[2:])
    # So does the form of one that was refused: of no field, and of another number.
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked))
    offered = re.findall(r'name="columns" value="([^"]*)"', asked)
    other = {**sent, "expected": "9", "columns": ["grade"]}
    for data, status in ((sent, 400), (other, 409)):
        refused = alice.post("/bulk/export", data=data)
        assert refused.status_code == status
        assert re.findall(r'name="columns" value="([^"]*)"', refused.text) == offered


def test_a_bulk_action_in_a_view_is_about_the_view_alone(
    people: World, browser_of: Browsers
) -> None:
    with people.door.workspace(people.alice.who.workspace_id) as tx:
        add_contact(tx, full_name="Bo", icp_tier="B")
    alice = browser_of(people.alice)
    made = alice.post("/views", data={"name": "A", "query": "icp_tier=A"})
    page = alice.get(made.headers["location"]).text
    query = re.search(r'id="chosen"><input type="hidden" name="query" value="([^"]*)"', page)
    assert query
    assert unescape(query[1]) == "icp_tier=A"


def test_a_page_is_one_statement_and_reads_what_is_shown(people: World) -> None:
    with people.door.workspace(people.alice.who.workspace_id) as tx:
        known = catalogue(tx)
        shown = [known.get("grade"), known.get("company.industry")]
        row = Reading(tx, ContactList(shown="live"), shown).page(10).rows[0]
    assert row["grade"] == "B"
    assert row["company_industry"] == "Software"
    assert "custom" not in row
    assert "phone" not in row


def test_a_list_keeps_the_widths_of_its_headers(people: World, browser_of: Browsers) -> None:
    """Sent by the edge of a header that was dragged, or pressed twice (frontend/js/columns.js)."""
    bob = browser_of(people.bob)
    data = {"column": ["email", "title"], "width": ["s", "xl"], "back": "", "step": "keep"}
    assert bob.post("/contacts/columns", data=data).status_code == 204
    page = bob.get("/contacts").text
    assert headers(page) == ["Name", "Email", "Title"]
    assert re.findall(r'<col class="w-(\w+)', page)[-2:] == ["s", "xl"]
    assert 'data-column="title" data-usual="l"' in page


def test_what_was_chosen_and_not_added_is_shown_too(people: World, browser_of: Browsers) -> None:
    bob = browser_of(people.bob)
    bob.post("/contacts/columns", data={"column": "email", "width": "m", "add": "grade"})
    assert headers(bob.get("/contacts").text) == ["Name", "Email", "Grade"]


def test_an_added_column_is_a_line_of_its_own(people: World, browser_of: Browsers) -> None:
    """So that what was done to the other lines meanwhile stays."""
    bob = browser_of(people.bob)
    htmx = {"hx-request": "true", "hx-target": "column-list"}
    for add, told in (("grade", ["grade"]), ("email", []), ("", [])):
        data = {"column": "email", "width": "m", "step": "add", "add": add}
        line = bob.post("/contacts/columns", data=data, headers=htmx).text
        assert fields(line) == told
        assert "<form" not in line


def test_the_company_is_a_link(people: World, browser_of: Browsers) -> None:
    page = browser_of(people.bob).get("/contacts").text
    assert re.search(
        r'<a class="truncate" href="/companies/comp_\w+"[^>]*>Acme &amp; Sons</a>', page
    )


def test_beside_the_peek_name_tier_and_score_stay() -> None:
    usual = columns.usual(columns.USUAL, STANDARD)
    assert giving_way(usual) == {"title", "tags"}
    late = columns.usual([*columns.USUAL[:3], "tags", "city", "lead_score", "icp_tier"], STANDARD)
    assert not {"lead_score", "icp_tier"} & giving_way(late)


def test_as_many_tags_as_can_be_read() -> None:
    assert fitting(["hot_lead", "newsletter", "mid_market"], "l") == 1
    assert fitting(["smb", "vip", "eu"], "l") == 3
    assert fitting(["smb", "vip", "eu", "us"], "l") == 2
    assert fitting(["smb", "hot_lead"], "l") == 2
    assert fitting(["hot_lead", "newsletter", "mid_market"], "xl") == 2
    assert fitting(["somebody who came to the webinar"], "xs") == 1


def test_the_last_send_stands_in_its_column(world: World, browser_of: Browsers) -> None:
    """S0-13: a call that was logged later is none."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        ann = add_contact(tx, full_name="Ann")
        sent, _ = happen(tx, (ann, "sent", 40), (ann, "call", 2))
    alice = browser_of(world.alice)
    choose(alice, "events.sent.last_at")
    page = alice.get("/contacts").text
    assert headers(page) == ["Name", "Email sent: last time"]
    assert f"{sent.at.day} {sent.at:%b}" in page
