"""The list at `/contacts`: what it shows, to whom, how its address asks (S0-03, S0-10, S3-57)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from psycopg.types.json import Jsonb
from starlette.testclient import TestClient

from nimbus.contacts.listing.parts import count_words
from nimbus.db import ids
from nimbus.web.counting import Count
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact, add_crowd, add_import

HTMX = {"hx-request": "true"}


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def rows(html: str) -> list[str]:
    """The names in the table."""
    found = re.findall(r'<th scope="row">.*?<a [^>]*>([^<]*)</a>', html, re.DOTALL)
    return [unescape(name) for name in found]


def link(html: str, words: str) -> str:
    """The address of the link with these words."""
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>(?:<[^>]*>)*{words}', html)
    assert found, f"no link {words!r}"
    return unescape(found[1])


@pytest.fixture
def people(world: World) -> World:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = add_company(tx, name="Acme & Sons", industry="Software")
        add_contact(tx, full_name="Ann Lee", title="VP Sales", icp_tier="A", lead_score=90,
                    tags=["vip", "emea", "trial", "cold", "hot"], company_id=company)  # fmt: skip
        add_contact(tx, full_name="Bo <Ek>", icp_tier="B", lead_score=40, tags=["vip"])
        add_contact(tx, email="nameless@acme.example")
        add_contact(tx, full_name="Gone Person", is_deleted=True)
    return world


def test_nobody_without_a_login(http: TestClient) -> None:
    answer = http.get("/contacts?icp_tier=A")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


def test_another_workspace_sees_nothing(people: World, browser_of: Any) -> None:
    page = browser_of(people.charlie).get("/contacts")
    assert page.status_code == 200
    assert "No contacts yet" in page.text
    assert "Ann Lee" not in page.text
    assert link(page.text, "Import your first CSV") == "/contacts/import"


def test_the_list_shows_the_living(people: World, browser_of: Any) -> None:
    page = browser_of(people.bob).get("/contacts")
    assert rows(page.text) == ["nameless@acme.example", "Bo <Ek>", "Ann Lee"]
    assert "Acme & Sons" in text(page.text)
    assert "1–3 of 3" in text(page.text)
    assert 'title="vip, emea, trial, cold, hot">+3<' in page.text
    assert "/contacts/import" not in page.text  # Bob may only look.


def test_what_people_have_written_stands_there_as_they_wrote_it(
    world: World, browser_of: Any
) -> None:
    """The marks that a row is drawn with are nothing in what is filled in (listing/cells.py)."""
    odd = "<i>\ue000\ue100 {0} %s &amp;"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, full_name=odd, title=odd[::-1], tags=[odd])
    page = browser_of(world.alice).get("/contacts").text
    assert rows(page) == [odd]
    assert unescape(page).count(odd[::-1]) == 3  # As text, as its tooltip, and on a phone.
    assert page.count("<i>") == 0


def test_the_trash_is_a_tab(people: World, browser_of: Any) -> None:
    browser = browser_of(people.bob)
    deleted = browser.get(link(browser.get("/contacts").text, "Deleted"))
    assert rows(deleted.text) == ["Gone Person"]
    assert "The trash is empty" in browser_of(people.charlie).get("/contacts?view=deleted").text


def test_filters_read_as_words_and_come_off(people: World, browser_of: Any) -> None:
    browser = browser_of(people.bob)
    page = browser.get("/contacts?icp_tier=A&icp_tier=B&lead_score__gte=60&q=ann&grade=")
    assert rows(page.text) == ["Ann Lee"]
    words = text(page.text)
    for chip in ("Search for “ann”", "ICP tier is A or B", "Lead score is at least 60"):
        assert chip in words
    off = re.findall(r'class="chip-off" href="([^"]*)"', page.text)
    without_search = browser.get(unescape(off[0]))
    assert "Search for" not in text(without_search.text)
    assert unescape(off[0]) == "/contacts?icp_tier=A,B&lead_score__gte=60"
    assert rows(browser.get("/contacts?company.industry=software").text) == ["Ann Lee"]


def test_an_import_is_named(people: World, browser_of: Any) -> None:
    with people.door.workspace(people.alice.who.workspace_id) as tx:
        mine = add_contact(tx, full_name="New One")
        imported = add_import(tx, people.alice.client.id, "Q2 leads.csv", [mine])
    shown = ids.show("imp", imported)
    page = browser_of(people.bob).get(f"/contacts?import={shown}")
    assert rows(page.text) == ["New One"]
    assert "Import is “Q2 leads.csv”" in text(page.text)
    theirs = browser_of(people.charlie).get(f"/contacts?import={shown}")
    assert "Q2 leads.csv" not in theirs.text


def test_a_segment_is_asked_by_name(people: World, browser_of: Any) -> None:
    with people.door.workspace(people.alice.who.workspace_id) as tx:
        leaf = {"field": "icp_tier", "op": "eq", "value": "A"}
        made = tx.value(
            "insert into segment (workspace_id, name, kind, filter, created_by, created_at, "
            "updated_at) values (%s, 'The <best>', 'dynamic', %s, 'Alice', %s, %s) returning id",
            [tx.workspace_id, Jsonb(leaf), tx.now, tx.now],
        )
    shown = ids.show("seg", made)
    browser = browser_of(people.alice)
    assert rows(browser.get(f"/contacts?segment={shown}").text) == ["Ann Lee"]
    panel = browser.get("/contacts/filter", params={"back": f"segment={shown}"}).text
    assert "The &lt;best&gt;" in panel
    assert "The <best>" not in text(browser_of(people.charlie).get("/contacts/filter").text)


def test_nobody_matches(people: World, browser_of: Any) -> None:
    page = browser_of(people.bob).get("/contacts?q=zebra")
    assert "Nobody matches" in page.text
    assert link(page.text, "Clear filters") == "/contacts"


@pytest.mark.parametrize(
    "query", ["lead_score__gte=x", "nonsense=1", "sort=x", "cursor=x", "import=x", "filter={"]
)
def test_a_wrong_address_is_explained_and_shows_nobody(
    people: World, browser_of: Any, query: str
) -> None:
    browser = browser_of(people.bob)
    for headers in ({}, HTMX):
        page = browser.get(f"/contacts?{query}", headers=headers)
        assert page.status_code == 400
        assert "This list cannot be shown" in page.text
        assert rows(page.text) == []
        assert "hx-push-url" not in page.headers


def test_what_is_wrong_comes_off_and_the_rest_stays(people: World, browser_of: Any) -> None:
    browser = browser_of(people.bob)
    asked = "/contacts?icp_tier=A&country=Narnia&q=ann&nonsense=1"
    page = browser.get(asked)
    assert page.status_code == 400
    assert "ICP tier is A" in text(page.text)
    assert "“Narnia” is not a country" in text(page.text)
    off = [unescape(found) for found in re.findall(r'chip-off" href="([^"]*)"', page.text)]
    assert off[:2] == [
        "/contacts?icp_tier=A&q=ann&nonsense=1",
        "/contacts?icp_tier=A&country=Narnia&q=ann",
    ]
    assert off[2:] == ["/contacts?icp_tier=A", "/contacts?q=ann"]
    assert link(page.text, "Take off nonsense “1”") == off[1]
    assert rows(browser.get("/contacts?icp_tier=A&q=ann").text) == ["Ann Lee"]


def test_a_wrong_choice_is_explained_where_it_was_made(people: World, browser_of: Any) -> None:
    browser, asked = browser_of(people.bob), "/contacts?lead_score__gte=x&q=ann"
    form = browser.get(asked, headers=HTMX).text.partition('id="quick-lead_score"')[2]
    assert "data-open-now" in form.partition(">")[0]
    assert 'value="x"' in form.partition("</form>")[0]
    assert "data-open-now" not in browser.get(asked).text


@pytest.mark.parametrize(
    ("query", "words", "off"),
    [
        ("icp_tier=A&cursor=x", "Show the first page", "/contacts?icp_tier=A"),
        ("q=a+b+c+d+e+f+g+h+i", "Take off Search for “a b c d e f g h i”", "/contacts"),
    ],
)
def test_what_only_the_reading_refuses_comes_off_too(
    people: World, browser_of: Any, query: str, words: str, off: str
) -> None:
    page = browser_of(people.bob).get(f"/contacts?{query}")
    assert page.status_code == 400
    assert link(page.text, words) == off


def test_headers_sort_there_back_and_off(people: World, browser_of: Any) -> None:
    browser = browser_of(people.bob)
    first = browser.get(link(browser.get("/contacts").text, "Score"))
    assert rows(first.text) == ["Ann Lee", "Bo <Ek>", "nameless@acme.example"]
    assert 'aria-sort="descending"' in first.text
    second = browser.get(link(first.text, "Score"))
    assert rows(second.text) == ["Bo <Ek>", "Ann Lee", "nameless@acme.example"]
    assert link(second.text, "Score") == "/contacts"


def test_pages_there_and_back(world: World, browser_of: Any) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_crowd(tx, 120, seed=9)
        live = tx.value("select count(*) from contact where not is_deleted")
    browser = browser_of(world.bob)
    first = browser.get("/contacts?sort=lead_score_desc")
    second = browser.get(link(first.text, "Next"))
    assert f"51–{min(100, live)} of {live}" in text(second.text)
    back = browser.get(link(second.text, "Previous"))
    assert rows(back.text) == rows(first.text)
    assert f"1–50 of {live}" in text(back.text)


def test_htmx_gets_the_list_alone_with_its_address(people: World, browser_of: Any) -> None:
    asked = "/contacts?icp_tier=A&icp_tier=B&grade=&q=ann&lead_score__gte="
    answer = browser_of(people.bob).get(asked, headers=HTMX)
    assert rows(answer.text) == ["Ann Lee"]
    assert "<html" not in answer.text
    assert answer.headers["hx-push-url"] == "/contacts?icp_tier=A,B&q=ann"


def quick(page: str, key: str) -> str:
    return page.partition(f'id="quick-{key}"')[2].partition("</form>")[0]


def test_a_quick_filter_keeps_what_else_is_asked(people: World, browser_of: Any) -> None:
    page = browser_of(people.bob).get("/contacts?city__is_empty=true&icp_tier=A&sort=name_asc").text
    form = quick(page, "icp_tier")
    assert 'name="icp_tier" value="A" checked' in form
    kept = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    assert kept == [("city__is_empty", "true"), ("sort", "name_asc")]
    kept = re.findall(r'<input type="hidden" name="([^"]*)"', quick(page, "lead_score"))
    assert sorted(kept) == ["city__is_empty", "icp_tier", "sort"]
    # Each is asked by a chip of its own, or offered as one.
    offered = re.findall(r'chip-add wide-only" popovertarget="quick-(\w+)"', page)
    assert offered == ["grade", "tags", "owner_id", "status", "consent_status", "lead_score",
                       "created_at", "last_contacted_at", "last_activity_at"]  # fmt: skip
    assert 'class="chip-text" popovertarget="quick-icp_tier"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=active&status=inactive", 3),
        ("tags=vip,hot", 2),
        ("lead_score__gte=40&lead_score__lte=60", 1),
        ("created_at__gte=2020-01-01", 3),
        ("created_at__lte=2020-01-01", 0),
        ("last_contacted_at__gte=2020-01-01", 0),
    ],
)
def test_what_the_quick_filters_send_is_understood(
    people: World, browser_of: Any, query: str, found: int
) -> None:
    page = browser_of(people.bob).get(f"/contacts?{query}")
    assert page.status_code == 200
    assert len(rows(page.text)) == found


EITHER = {
    "c_match": "any", "c_field": ["icp_tier", "", "lead_score", "title"],
    "c_op": ["in", "", "lte", "is_empty"], "c_value": ["", "", "50", ""], "c_until": [""] * 4,
    "c_choice": ["0:A"], "c_opens": ["", "all", "", ""], "c_depth": ["0", "0", "1", "1"],
}  # fmt: skip


def test_groups_go_into_the_address_and_are_said_in_english(people: World, browser_of: Any) -> None:
    browser = browser_of(people.bob)
    answer = browser.post("/contacts/filter", data={**EITHER, "back": "sort=name_asc"})
    assert answer.status_code == 303
    here = answer.headers["location"]
    assert here.startswith("/contacts?filter=")
    assert here.endswith("&sort=name_asc")
    page = browser.get(here).text
    assert rows(page) == ["Ann Lee", "Bo <Ek>"]
    said = re.search(r'<p class="sentence" role="status">(.*?)</p>', page)
    assert said
    assert said[1].startswith("ICP tier is A, or (lead score is at most 50, and job title is empty")
    # The panel has it again, and its own buttons change it.
    panel = browser.get("/contacts/filter", params={"back": here.partition("?")[2]}).text
    assert 'value="0:A" checked' in panel
    more = browser.post("/contacts/filter", data={**EITHER, "step": "add", "back": ""}).text
    assert more.count('name="c_field"') == 5
    # One chip says flat questions; a chip more is added beside the groups.
    assert "sentence" not in browser.get("/contacts?icp_tier=A").text.partition("<table")[0]
    with_more = browser.get(f"{here}&icp_tier=A").text
    assert rows(with_more) == ["Ann Lee"]


def test_a_wrong_condition_is_refused_at_its_row(people: World, browser_of: Any) -> None:
    browser = browser_of(people.bob)
    wrong = {**EITHER, "c_value": ["", "", "many", ""]}
    answer = browser.post("/contacts/filter", data=wrong)
    assert answer.status_code == 400
    assert 'id="c-error-2"' in answer.text
    blank = {"c_field": [""], "c_op": [""], "c_value": [""], "c_until": [""], "back": "q=ann"}
    assert browser.post("/contacts/filter", data=blank).headers["location"] == "/contacts?q=ann"


def test_conditions_become_a_segment(people: World, browser_of: Any) -> None:
    browser = browser_of(people.alice)
    form = browser.get("/contacts/filter").text
    assert 'formaction="/segments"' in form
    made = browser.post("/segments", data={**EITHER, "step": "count", "back": ""}).text
    assert "New segment" in made
    assert 'value="0:A" checked' in made
    assert 'formaction="/segments"' not in browser_of(people.bob).get("/contacts/filter").text


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Count(12481, exact=True), "12,481"),
        (Count(1_203_411, exact=False), "about 1,200,000"),
        (Count(10_001, exact=False), "about 10,000"),
    ],
)
def test_an_estimate_says_so(count: Count, words: str) -> None:
    assert count_words(count) == words
