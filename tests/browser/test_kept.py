"""What somebody has typed, opened or ticked outlives whatever else is done, and what takes long is
seen to be under way (G-53)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import log_in
from tests.serving import PASSWORD, Site


@pytest.fixture(scope="module")
def key(site: Site) -> str:
    return site.another("Kept").key


@pytest.fixture
def here(page: Page, key: str) -> Page:
    """The list of sixty people, by their number."""
    people = [
        {
            "email": f"p{i:02}@kept.example",
            "first_name": f"P{i:02}",
            "last_name": "Q",
            "title": "Clerk",
        }
        for i in range(60)
    ]
    sign = {"Authorization": f"Bearer {key}"}
    made = page.request.post("/api/v1/contacts/bulk/", data={"contacts": people}, headers=sign)
    assert made.ok, made.text()
    log_in(page, "kept@other.test")
    return page


@pytest.fixture
def person(here: Page) -> Callable[[int], str]:
    """The address of one of them."""

    def address(number: int) -> str:
        here.goto(f"/contacts?q=p{number:02}@kept.example")
        found = here.locator("tr[data-href]").get_attribute("data-href")
        assert found
        return found

    return address


def undo(page: Page) -> None:
    page.locator(".toast").get_by_role("button", name="Undo").first.click()
    expect(page.locator(".toast", has_text="Undone")).to_be_visible()


def test_an_undo_leaves_what_is_typed(here: Page, person: Callable[[int], str]) -> None:
    page, address = here, person(3)
    page.goto(f"{address}/timeline")
    task, note = page.get_by_placeholder("Add a task"), page.get_by_label("Note", exact=True)
    note.fill("Half a")
    task.fill("Call back")
    with page.expect_request("**/timeline?done=task-added*") as told:
        page.get_by_role("button", name="Add task").click()
    expect(page.get_by_text("The task was added")).to_be_visible()
    expect(task).to_have_value("")
    expect(note).to_have_value("Half a")
    # What was said is not said again.
    assert page.url.endswith("/timeline")
    note.press("End")
    page.keyboard.type(" note")
    undo(page)
    expect(page.get_by_role("button", name="Complete: Call back")).to_have_count(0)
    expect(note).to_have_value("Half a note")
    # Nor is it offered by an address of before.
    page.goto(told.value.url)
    expect(note).to_have_value("Half a note")
    expect(page.locator(".toast")).to_have_count(0)

    # It is kept until it is added, and no longer. What was done comes among the messages once they
    # are there: what stands there from the beginning is not read out.
    page.add_init_script("""addEventListener("DOMContentLoaded", () => setTimeout(() => {
        window.first = document.querySelectorAll("#toasts > .toast").length;
    }))""")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("The note was added")).to_be_visible()
    assert page.evaluate("first") == 0
    expect(note).to_have_value("")
    page.reload()
    expect(note).to_have_value("")
    expect(page.locator(".toast")).to_have_count(0)

    # A field that is being edited, with what stands in it.
    page.goto(f"{address}?tab=details")
    page.locator("#edit-details-title").focus()
    page.keyboard.press("Enter")
    editing = page.locator("form[data-editing]")
    editing.get_by_label("Title").fill("Head of sales")
    page.keyboard.press("Enter")
    expect(page.locator("#details")).to_contain_text("Head of sales")
    page.locator("#edit-empty-phone").click()
    editing.get_by_label("Phone").fill("+1 415")
    undo(page)
    expect(page.locator("#details")).not_to_contain_text("Head of sales")
    expect(editing.get_by_label("Phone")).to_have_value("+1 415")
    editing.get_by_label("Phone").fill("+14155550132")
    page.keyboard.press("Enter")
    expect(page.locator("#about")).to_contain_text("4155550132")


def test_a_session_that_ends_takes_nothing_along(here: Page, person: Callable[[int], str]) -> None:
    page, address = here, person(4)
    details = f"{address}?tab=details"

    # What htmx asks for stays where it is, and says where to log in.
    page.goto(details)
    page.locator("#edit-details-title").click()
    title = page.locator("form[data-editing]").get_by_label("Title")
    title.fill("Head of sales")
    page.context.clear_cookies()
    for _ in range(2):
        page.keyboard.press("Enter")
        told = page.locator(".toast", has_text="You were logged out")
        expect(told).to_have_count(1)
    link = told.get_by_role("link", name="Log in")
    assert link.get_attribute("href") == f"/login?next={quote(details, safe='')}"
    expect(title).to_have_value("Head of sales")
    with page.context.expect_page() as opened:
        link.click()
    beside = opened.value
    beside.get_by_label("Email").fill("kept@other.test")
    beside.get_by_label("Password", exact=True).fill(PASSWORD)
    beside.get_by_role("button", name="Log in").click()
    beside.wait_for_url(f"**{details}")
    beside.close()
    title.press("Enter")
    expect(page.locator("#details")).to_contain_text("Head of sales")

    # A form that is a page of its own comes back with what was typed.
    page.goto(f"{address}/timeline")
    note = page.get_by_label("Note", exact=True)
    note.fill("Prefers mornings")
    page.context.clear_cookies()
    page.get_by_role("button", name="Add note").click()
    back(page, "kept@other.test", f"{address}/timeline")
    expect(note).to_have_value("Prefers mornings")
    page.goto("/settings/tags/new")
    page.get_by_label("Name").fill("spring fair")
    page.context.clear_cookies()
    page.get_by_role("button", name="Add").click()
    back(page, "kept@other.test", "/settings/tags/new")
    expect(page.get_by_label("Name")).to_have_value("spring fair")

    # Refused for what it says, the first wrong field has the focus.
    page.get_by_label("Name").fill("x" * 120)
    page.get_by_label("Name").evaluate("one => one.removeAttribute('maxlength')")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("[aria-invalid=true]")).to_be_focused()
    page.goto("/settings/scoring")
    page.get_by_role("spinbutton", name="Intent").fill("99")
    page.get_by_role("button", name="Save weights").click()
    expect(page.locator("#weights-form [aria-invalid=true]").first).to_be_focused()

    # Also where of the usual answer a part is wanted.
    page.goto("/contacts/import")
    file = {"name": "two.csv", "mimeType": "text/csv", "buffer": b"Email\nann@two.example\n"}
    page.locator("input[type=file]").set_input_files(files=[file])
    page.context.clear_cookies()
    page.get_by_role("button", name="Continue").click()
    expect(told).to_be_visible()


def back(page: Page, email: str, to: str) -> None:
    """Log in on the page that a form sent without a session has led to."""
    expect(page.get_by_text("What you sent last was not saved")).to_be_visible()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{to}")


def unsent(page: Page, person: str) -> None:
    """An email and a first name for a new contact, sent after the session has ended."""
    page.goto("/contacts/new")
    page.get_by_label("Email", exact=True).fill(f"{person}@kept.example")
    page.get_by_label("First name").fill(person)
    page.context.clear_cookies()
    page.get_by_role("button", name="Add contact").first.click()


def test_what_was_typed_comes_back_to_who_typed_it(here: Page, site: Site) -> None:
    page = here
    site.another("Strangers")
    email, first = page.get_by_label("Email", exact=True), page.get_by_label("First name")
    unsent(page, "ann")
    back(page, "kept@other.test", "/contacts/new")
    expect(email).to_have_value("ann@kept.example")
    expect(first).to_have_value("ann")
    unsent(page, "bea")
    back(page, "strangers@other.test", "/contacts/new")
    expect(email).to_have_value("")
    expect(first).to_have_value("")
    assert page.evaluate("sessionStorage.getItem('unsent')") is None

    # Nor is anything left by those who log out, on whatever page they do.
    page.evaluate("sessionStorage.setItem('draft of a note', '[]')")
    page.goto("/logout")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    assert page.evaluate("sessionStorage.getItem('draft of a note')") is None


def test_what_was_typed_comes_back_into_its_own_field(here: Page, key: str) -> None:
    page, sign = here, {"Authorization": f"Bearer {key}"}
    field = {"name": "plan", "field_type": "dropdown", "options": ["Free", "Pro"]}
    made = page.request.post("/api/v1/custom-fields/", data=field, headers=sign)
    assert made.ok, made.text()
    address = f"/settings/fields/{made.json()['id']}"
    page.goto(address)
    called = page.locator("[name=called]")
    page.get_by_label("Label").fill("Our plan")
    called.nth(1).fill("Paid")
    # Meanwhile somebody else renames the second option.
    renamed = page.request.patch(
        f"/api/v1/custom-fields/{made.json()['id']}/",
        data={"rename_options": {"Pro": "Business"}}, headers=sign,
    )  # fmt: skip
    assert renamed.ok, renamed.text()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).last.click()
    back(page, "kept@other.test", address)
    expect(page.get_by_label("Label")).to_have_value("Our plan")
    expect(called.nth(0)).to_have_value("Free")
    expect(called.nth(1)).to_have_value("Business")

    # What counts once is not kept at all.
    page.goto("/settings/tags/new")
    page.get_by_label("Name").evaluate("one => one.autocomplete = 'one-time-code'")
    page.get_by_label("Name").fill("123456")
    page.context.clear_cookies()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("What you sent last was not saved")).to_be_visible()
    assert "123456" not in page.evaluate("sessionStorage.getItem('unsent')")


def test_what_is_ticked_stays_ticked(here: Page) -> None:
    page = here
    bar = page.get_by_role("toolbar")
    for number in (0, 1):
        page.locator("tbody [data-check]").nth(number).check()
    page.get_by_role("columnheader").get_by_role("link", name="Name").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(bar).to_contain_text("2 selected, 2 not on this page")
    page.locator("tbody [data-check]").nth(3).check()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("51–60 of 60")).to_be_visible()
    expect(page.locator("tbody [data-check]:checked")).to_have_count(2)
    expect(bar).to_contain_text("3 selected, 1 not on this page")
    bar.get_by_role("button", name="Tag", exact=True).click()
    page.get_by_label("Tags to add").fill("few")
    page.keyboard.press("Enter")
    expect(page.locator(".toast", has_text="3 changed")).to_be_visible()
    expect(bar).to_have_count(0)
    # Others are found: nobody is chosen among them.
    page.locator("tbody [data-check]").first.check()
    page.get_by_role("searchbox", name="Search people").fill("p5")
    expect(page.get_by_text("of 10")).to_be_visible()
    expect(bar).to_have_count(0)


def test_what_takes_long_is_seen(here: Page) -> None:
    page = here
    late = page.locator("[data-late]")
    waiting: list[Route] = []
    page.route("**/contacts?*cursor=*", lambda route: waiting.append(route))
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#list[aria-busy]")).to_have_count(1)
    expect(late).to_have_count(1)
    height = "document.querySelector('tbody').offsetHeight"
    before = page.evaluate(height)
    waiting.pop().abort()
    expect(late).to_have_count(0)
    expect(page.locator("#list[aria-busy]")).to_have_count(0)
    assert page.evaluate(height) == before
    page.route("**/segments", lambda route: waiting.append(route))
    # While a page is awaited, the driver answers nothing about the one before it.
    page.evaluate("""() => new MutationObserver(() => sessionStorage.setItem("seen", "late"))
        .observe(document.documentElement, {attributeFilter: ["data-late"]})""")
    page.get_by_role("link", name="Segments").first.click(no_wait_after=True)
    page.wait_for_timeout(500)
    waiting.pop().continue_()
    expect(page.get_by_role("heading", name="Segments", exact=True)).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('seen')") == "late"
    expect(late).to_have_count(0)
