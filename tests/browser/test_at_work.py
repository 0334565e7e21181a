"""Whoever is at work in a page keeps it as it is, whatever comes back late (G-53)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_focus import presses, slow
from tests.serving import Site


@pytest.fixture(scope="module")
def key(site: Site) -> str:
    return site.another("Busy").key


@pytest.fixture
def here(page: Page, key: str) -> Page:
    """The list of four people."""
    people = [
        {"email": f"p{i}@work.example", "first_name": f"P{i}", "last_name": "Q"} for i in range(4)
    ]
    sign = {"Authorization": f"Bearer {key}"}
    made = page.request.post("/api/v1/contacts/bulk/", data={"contacts": people}, headers=sign)
    assert made.ok, made.text()
    log_in(page, "busy@other.test")
    return page


def undone(page: Page) -> None:
    """The page is told what an Undo tells it, and marked, so that another one is seen."""
    page.evaluate("""() => {
        document.getElementById("main").dataset.old = 1;
        document.body.dispatchEvent(new CustomEvent("changed", {bubbles: true}));
    }""")


def test_an_undo_takes_nothing_from_whoever_is_at_work(here: Page) -> None:
    page = here
    old = page.locator("#main[data-old]")
    panel = page.get_by_role("dialog", name="Filter contacts")
    again: list[str] = []
    page.on("request", lambda one: "hx-request" in one.headers and again.append(one.url))

    # Opened before the page comes anew, or asked for before the Undo: the page waits until it is
    # closed.
    anew = page.expect_event("requestfinished", lambda one: one.url.endswith("/contacts"))
    with anew, slow(page, "**/contacts") as waiting:
        undone(page)
        page.get_by_role("link", name="Filter", exact=True).click()
        expect(panel).to_be_visible()
        waiting.pop().continue_()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(old).to_have_count(1)
    expect(panel).to_be_visible()
    presses(page, "Escape")
    expect(old).to_have_count(0)
    with slow(page, "**/contacts/filter*") as waiting:
        with page.expect_request("**/contacts/filter*"):
            page.get_by_role("link", name="Filter", exact=True).click()
        undone(page)
    expect(panel).to_be_visible()
    expect(old).to_have_count(1)
    presses(page, "Escape")
    expect(old).to_have_count(0)

    # Conditions that are put together, a form that was refused, and what is shown once, stay.
    def stays(address: str) -> None:
        again.clear()
        undone(page)
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(old).to_have_count(1)
        assert [one for one in again if re.search(address, one)] == []

    page.goto("/segments/new?kind=static")
    page.get_by_label("Name").fill("Taken")
    page.get_by_role("button", name="Create list").click()
    page.wait_for_url(re.compile("/segments/[a-z]+_"))
    page.goto("/segments/new")
    page.get_by_label("Name").fill("Taken")
    page.get_by_role("button", name="Add a condition", exact=True).click()
    expect(page.get_by_label("Field of condition 2")).to_be_visible()
    stays("/segments/new$")
    page.goto("/segments/new?kind=static")
    page.get_by_label("Name").fill("Taken")
    page.get_by_role("button", name="Create list").click()
    expect(page.locator("[aria-invalid=true]")).to_have_value("Taken")
    stays("/segments$")
    page.goto("/settings/keys")
    page.get_by_label("Name").fill("Once")
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_text("Copy the key now")).to_be_visible()
    stays("/settings/keys")

    # A page that answers others with a part of it comes as a page; what is none takes nothing away.
    page.goto("/keyboard")
    undone(page)
    expect(old).to_have_count(0)
    expect(page.locator("#main")).to_contain_text("Merge the two")
    page.route(
        "**/keyboard", lambda one: one.fulfill(body="<p>A part</p>", content_type="text/html")
    )
    with page.expect_event("requestfinished"):
        undone(page)
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(old).to_have_count(1)
    page.unroute("**/keyboard")
    page.context.clear_cookies()
    undone(page)
    expect(page.get_by_text("You were logged out")).to_be_visible()
    expect(old).to_have_count(1)


def test_an_older_list_does_not_follow_a_newer_one(here: Page) -> None:
    page = here
    score = page.get_by_role("columnheader", name="Score")
    for newer in ("tab", "search"):
        with slow(page, "**/contacts?*sort=*"):
            with page.expect_request("**/contacts?*sort=*"):
                score.get_by_role("link").click()
            # Pressed twice, it is asked for once, and does not come after all the rest.
            with page.expect_event("requestfailed"):
                score.get_by_role("link").click()
            with page.expect_event("requestfailed"):
                if newer == "tab":
                    page.get_by_role("link", name="Deleted").click()
                else:
                    page.get_by_role("searchbox", name="Search people").fill("p2")
            if newer == "tab":
                expect(page.get_by_role("link", name="Deleted")).to_have_attribute(
                    "aria-current", "page"
                )
            else:
                expect(page.locator("tbody tr")).to_have_count(1)
            address = page.url
        assert page.url == address
        expect(page.locator("[aria-sort]")).to_have_count(0)
        page.goto("/contacts")

    # Nor does the page of before an Undo: it is asked for again, as it is by then.
    with slow(page, "**/contacts"):
        with page.expect_request("**/contacts"):
            undone(page)
        score.get_by_role("link").click()
        expect(score).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#main[data-old]")).to_have_count(0)
    expect(score).to_have_attribute("aria-sort", "descending")


def test_the_panel_takes_no_focus_from_whoever_went_on(here: Page) -> None:
    page = here
    search = page.get_by_role("searchbox", name="Search people")
    name = page.locator("#peek h2")
    page.locator("tbody tr").nth(0).locator("td").nth(1).click()
    first = name.inner_text()
    expect(page.locator(":focus")).to_have_accessible_name("Open the full page")
    # By a walk through the list, and by a click: what is typed meanwhile is typed into the search.
    for walks in (True, False):
        before = name.inner_text()
        with slow(page, "**/contacts/cont_*peek=*"):
            with page.expect_request("**/contacts/cont_*peek=*"):
                if walks:
                    presses(page, "j")
                else:
                    page.locator("tbody tr").nth(2).locator("td").nth(1).click()
            presses(page, "/")
        expect(name).not_to_have_text(before)
        expect(search).to_be_focused()
        presses(page, "Escape")
    # An answer about somebody else comes no more.
    page.locator("tbody tr").nth(0).locator("td").nth(1).click()
    expect(name).to_have_text(first)
    about = page.expect_event("requestfinished", lambda one: "peek=" in one.url)
    with about, slow(page, "**/contacts/cont_*peek=*"):
        with page.expect_request("**/contacts/cont_*peek=*"):
            presses(page, "j")
        gone = page.expect_event("requestfailed")
        with gone, page.expect_request("**/contacts/cont_*peek=*"):
            presses(page, "k")
    expect(page.locator("tr.is-current th a.truncate")).to_be_focused()
    expect(name).to_have_text(first)

    # An Undo leaves it open, with what is so now.
    page.get_by_role("link", name="Open the full page").focus()
    with page.expect_response("**/contacts/cont_*peek=*"):
        undone(page)
    expect(page.locator("#main[data-old]")).to_have_count(0)
    expect(name).to_have_text(first)
    expect(page.get_by_role("link", name="Open the full page")).to_be_focused()


def test_no_key_reaches_beneath_what_lies_over_the_page(here: Page) -> None:
    page = here
    presses(page, "j", "?")
    keys = page.get_by_role("dialog", name="Keyboard")
    expect(keys).to_be_visible()
    current = page.locator("tbody tr.is-current").get_attribute("data-href")
    presses(page, "x", "e", "j", "/")
    expect(page.get_by_role("searchbox", name="Search people")).not_to_be_focused()
    expect(page.locator("tbody tr.is-current")).to_have_attribute("data-href", current or "")
    expect(page.locator("[data-check]:checked")).to_have_count(0)
    presses(page, "Escape", "x")
    expect(page.locator("[data-check]:checked")).to_have_count(1)
