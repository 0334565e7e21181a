"""What is sent goes to where it was typed, and once; what was not taken comes back (G-53)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_focus import slow
from tests.serving import Site

FILE = {"name": "two.csv", "mimeType": "text/csv", "buffer": b"Email\nann@two.example\n"}


@contextmanager
def once(page: Page, path: str, key: str = "Enter") -> Iterator[None]:
    """The key sends something there, and its answer, another page, comes at the end. Of what is
    done meanwhile nothing is sent there again."""
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    with page.expect_navigation(), slow(page, f"**{path}"):
        with page.expect_request(f"**{path}"):
            page.keyboard.press(key)
        yield
    assert len([one for one in sent if one.endswith(path)]) == 1


def test_a_form_is_sent_once(page: Page, site: Site) -> None:
    site.another("Once")
    log_in(page, "once@other.test", "/contacts/new")
    page.get_by_label("Email", exact=True).fill("ann@once.example")
    with once(page, "/contacts/new"):
        page.keyboard.press("Enter")
    page.goto("/contacts/import")
    page.locator("input[type=file]").set_input_files(files=[FILE])
    page.get_by_role("button", name="Continue").focus()
    with once(page, "/contacts/import"):
        page.keyboard.press("Enter")
    assert page.url.endswith("/map")


def go_over(page: Page, beside: Page, workspace: str) -> None:
    """In another tab; the page has heard of it."""
    beside.goto("/settings")
    beside.get_by_role("button", name=f"Switch to {workspace}").click()
    page.wait_for_function(
        "name => JSON.parse(localStorage.whose).workspace === name", arg=workspace
    )


def test_a_page_sends_nothing_to_another_workspace(page: Page, site: Site) -> None:
    site.another("Alpha")
    site.another("Beta", email="alpha@other.test")
    log_in(page, "alpha@other.test", "/contacts/new")
    email, told = page.get_by_label("Email", exact=True), page.locator(".toast")
    email.fill("ann@alpha.example")
    beside = page.context.new_page()
    go_over(page, beside, "Beta")
    add = page.get_by_role("button", name="Add contact").first
    add.click()
    expect(told).to_contain_text("you have gone over to Beta. Go back to Alpha there")
    expect(email).to_have_value("ann@alpha.example")
    go_over(page, beside, "Alpha")
    add.click()
    page.wait_for_url("**/contacts/cont_*")

    # Nor do those buttons that are in no form.
    page.goto("/contacts")
    page.locator("tbody [data-check]").check()
    tag = page.get_by_role("toolbar").get_by_role("button", name="Tag", exact=True)
    go_over(page, beside, "Beta")
    tag.click()
    expect(told).to_contain_text("you have gone over to Beta")
    go_over(page, beside, "Alpha")
    tag.click()

    # What is told of a dialog is told in it, above all else.
    go_over(page, beside, "Beta")
    page.get_by_label("Tags to add").fill("few")
    page.keyboard.press("Enter")
    within = page.get_by_role("dialog").get_by_role("alert")
    expect(within).to_contain_text("you have gone over to Beta")
    within.get_by_role("button").click()
    expect(within.locator(".toast")).to_have_count(0)
    go_over(page, beside, "Alpha")

    # Text that is marked to beyond the edge of its dialog leaves that open; a click there does not.
    dialog, box = page.locator("dialog[open]"), page.get_by_label("Tags to add").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(4, box["y"] + 8)
    page.mouse.up()
    expect(dialog).to_be_visible()
    page.mouse.click(4, box["y"] + 8)
    expect(dialog).to_have_count(0)


def test_what_was_not_taken_comes_back(page: Page, site: Site) -> None:
    site.another("Refused")
    log_in(page, "refused@other.test", "/settings/tags/new")
    name, add = page.get_by_label("Name"), page.get_by_role("button", name="Add")
    # Refused with a page of its own, and by no answer at all.
    elsewhere = f"{site.url}/nothing/here"
    for refuse in (lambda one: one.continue_(url=elsewhere), lambda one: one.abort()):
        name.fill("spring fair")
        page.route("**/settings/tags", refuse)
        with page.expect_request("**/settings/tags"):
            add.click(no_wait_after=True)
        page.wait_for_load_state()
        expect(name).to_have_count(0)
        page.unroute("**/settings/tags")
        page.go_back()
        expect(name).to_have_value("spring fair")
    add.click()
    expect(page.locator("#all-tags")).to_contain_text("spring_fair")
    page.goto("/settings/tags/new")
    expect(name).to_have_value("")
