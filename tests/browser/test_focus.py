"""What the server brings takes neither the focus nor what is being typed, and everything in a list
is done without a mouse (G-53, D-32)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import log_in, pick
from tests.serving import Site

CSV = "Email,First name\n" + "".join(f"c{i}@corner.example,C{i}\n" for i in range(5))


@pytest.fixture(scope="module")
def key(site: Site) -> str:
    return site.another("Focus").key


@pytest.fixture
def here(page: Page, key: str) -> Page:
    """The list of sixty people, of whom one is called Anna."""
    people = [
        {"email": f"p{i}@focus.example", "first_name": "Anna" if i == 7 else f"P{i}",
         "last_name": "Q", "title": "Clerk"}
        for i in range(60)
    ]  # fmt: skip
    sign = {"Authorization": f"Bearer {key}"}
    made = page.request.post("/api/v1/contacts/bulk/", data={"contacts": people}, headers=sign)
    assert made.ok, made.text()
    log_in(page, "focus@other.test")
    return page


@contextmanager
def slow(page: Page, address: str) -> Iterator[list[Route]]:
    """The requests that go there wait until they are let go, at the latest at the end."""
    waiting: list[Route] = []
    page.route(address, lambda route: waiting.append(route))
    yield waiting
    while waiting:
        waiting.pop(0).continue_()
    page.unroute(address)


def presses(page: Page, *keys: str) -> None:
    for one in keys:
        page.keyboard.press(one)


def test_a_list_is_worked_through_without_a_mouse(here: Page) -> None:
    page = here
    focused = page.locator(":focus")
    # Typing goes on while the list follows, where the cursor is.
    presses(page, "/")
    with slow(page, "**/contacts?*q=*") as waiting:
        page.keyboard.type("nna")
        page.wait_for_timeout(400)
        assert waiting
        presses(page, "Home")
        page.keyboard.type("A")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(focused).to_have_value("Anna")
    page.keyboard.type("x")
    expect(focused).to_have_value("Axnna")
    presses(page, "Escape")
    expect(page.locator("tbody tr")).to_have_count(50)

    # The panel beside the list, and back to its row.
    presses(page, "j", "j", "p")
    expect(focused).to_have_accessible_name("Open the full page")
    expect(page.locator("#peek h2")).to_be_visible()
    presses(page, "Escape")
    expect(page.locator("#peek h2")).to_have_count(0)
    expect(page.locator("tr.is-current th a.truncate")).to_be_focused()
    presses(page, "x")

    # A dialog gives the focus back when it is left, and when it is done.
    tag = page.get_by_role("toolbar").get_by_role("button", name="Tag", exact=True)
    tag.focus()
    presses(page, "Enter")
    expect(page.get_by_label("Tags to add")).to_be_focused()
    presses(page, "Escape")
    expect(tag).to_be_focused()
    presses(page, "Enter")
    expect(page.get_by_label("Tags to add")).to_be_focused()
    page.keyboard.type("few")
    page.evaluate("document.getElementById('main').dataset.old = 1")
    presses(page, "Enter")
    expect(page.locator(".toast", has_text="1 changed")).to_be_visible()
    expect(page.locator("#main[data-old]")).to_have_count(0)
    expect(page.get_by_role("toolbar")).to_have_count(0)
    expect(page.locator("#main :focus, #main:focus")).to_have_count(1)
    presses(page, "Alt+t")
    expect(focused).to_have_accessible_name("Undo")
    # Undone, the page is drawn anew, here beneath the palette, which gives the focus back.
    with slow(page, "**/contacts") as waiting:
        presses(page, "Enter")
        expect(page.locator(".toast", has_text="Undone")).to_be_visible()
        expect(focused).to_have_count(1)
        presses(page, "Control+k")
        expect(page.get_by_role("combobox", name="Go to people")).to_be_focused()
        page.wait_for_timeout(100)
        assert waiting
        page.evaluate("document.getElementById('main').dataset.old = 1")
    expect(page.locator("#main[data-old]")).to_have_count(0)
    presses(page, "Escape")
    expect(page.locator("#main :focus, #main:focus")).to_have_count(1)

    # What was pressed has the focus in the list that it brings.
    score = page.get_by_role("columnheader").get_by_role("link", name="Score")
    score.focus()
    presses(page, "Enter")
    expect(page.get_by_role("columnheader", name="Score")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(score).to_be_focused()
    further = page.get_by_role("link", name="Next")
    further.focus()
    presses(page, "Enter")
    expect(page.get_by_text("51–60 of 60")).to_be_visible()
    expect(page.get_by_role("link", name="Previous")).to_be_focused()


def test_conditions_are_put_together_without_a_mouse(here: Page) -> None:
    page = here
    focused = page.locator(":focus")
    opener = page.get_by_role("link", name="Filter", exact=True)
    opener.focus()
    presses(page, "Enter")
    panel = page.get_by_role("dialog", name="Filter contacts")
    expect(panel).to_be_visible()
    # One types to find a field; Escape leaves the list, and not the dialog.
    field = page.get_by_label("Field of condition 1")
    field.focus()
    page.keyboard.type("comp ind")
    fitting = page.locator(".pick-list li")
    expect(fitting).to_have_text(["Company industryCompany"])
    presses(page, "Escape")
    expect(fitting).to_have_count(0)
    expect(panel).to_be_visible()
    expect(field).to_have_value("")
    pick(page, "Field of condition 1", "title")
    expect(field).to_have_value("Job title")
    expect(field).to_be_focused()
    value = page.get_by_label("Value of condition 1")
    expect(value).to_be_visible()

    # What is typed while the next question is fetched is not eaten by its answer.
    with slow(page, "**/filters/conditions") as waiting:
        page.get_by_label("Question of condition 1").select_option("contains")
        value.focus()
        page.keyboard.type("Cler")
        assert waiting
    expect(page.get_by_label("Question of condition 1")).to_have_value("contains")
    expect(value).to_be_focused()
    page.keyboard.type("k")
    expect(value).to_have_value("Clerk")

    # Two steps at once are both taken.
    with slow(page, "**/filters/conditions"):
        page.get_by_label("Question of condition 1").select_option("eq")
        page.get_by_role("button", name="Add a condition", exact=True).focus()
        presses(page, "Enter")
    second = page.get_by_label("Field of condition 2")
    expect(second).to_be_focused()
    expect(page.get_by_label("Question of condition 1")).to_have_value("eq")
    expect(value).to_have_value("Clerk")
    page.get_by_role("button", name="Remove condition 2").focus()
    presses(page, "Enter")
    expect(second).to_have_count(0)
    expect(panel.locator(":focus")).to_have_count(1)
    presses(page, "Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()

    # A quick filter is a popover.
    quick = page.get_by_role("button", name="Status")
    quick.focus()
    presses(page, "Enter")
    expect(page.get_by_role("dialog", name="Filter by status")).to_be_visible()
    presses(page, "Tab", "Space", "Escape")
    expect(quick).to_be_focused()
    presses(page, "Enter", "Tab")
    expect(focused).to_be_checked()
    presses(page, "Enter")
    expect(page.locator(".chip", has_text="Status is Active")).to_be_visible()
    expect(focused).to_have_count(1)


def test_what_looks_anew_by_itself_disturbs_nobody(here: Page, key: str) -> None:
    page = here
    file = {"name": "corner.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    made = page.request.post(
        "/api/v1/imports/", multipart={"file": file}, headers={"Authorization": f"Bearer {key}"}
    )
    assert made.ok, made.text()
    opener = page.locator("#jobs-open")
    expect(opener).to_be_visible()
    opener.focus()
    presses(page, "Enter")
    everything = page.get_by_role("link", name="All jobs")
    everything.focus()
    with page.expect_response("**/jobs/now"):
        pass
    page.wait_for_timeout(100)
    expect(everything).to_be_focused()
    presses(page, "Escape")
    expect(opener).to_be_focused()

    # A page that follows what runs, here one that never ends.
    def endless(route: Route) -> None:
        answer = route.fetch()
        again = 'id="history" hx-get="/imports" hx-trigger="every 300ms" hx-select="#history" '
        body = answer.text().replace('id="history"', again + 'hx-swap="outerHTML" data-quiet', 1)
        route.fulfill(response=answer, body=body)

    page.route("**/imports", endless)
    page.goto("/imports")
    name = page.locator("#history").get_by_role("link", name="corner.csv")
    # Found and marked in one step, between which no answer can come.
    page.evaluate("""() => {
        const link = document.querySelector("#history tbody a");
        link.dataset.old = 1;
        getSelection().selectAllChildren(link);
    }""")
    old = page.locator("[data-old]")
    page.wait_for_timeout(1_000)
    expect(old).to_have_count(1)
    assert page.evaluate("getSelection().toString()") == "corner.csv"
    page.evaluate("getSelection().empty()")
    name.focus()
    expect(old).to_have_count(0)
    expect(name).to_be_focused()
