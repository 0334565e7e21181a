"""Going anywhere by the keyboard alone, and the map of the keys."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.test_journey import look
from tests.serving import Site


def test_one_goes_anywhere_without_a_mouse(sales: Page, site: Site) -> None:
    page = sales
    made = page.request.post(
        f"{site.url}/api/v1/contacts/",
        headers={"Authorization": f"Bearer {site.key}"},
        data={"email": "zelda@palette.example", "first_name": "Zelda", "last_name": "Quill"},
    )
    assert made.ok, made.text()
    page.goto("/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Go to people")
    expect(box).to_be_focused()
    expect(page.get_by_role("option", name=re.compile("Zelda"))).to_be_visible()
    expect(box).to_have_attribute("aria-activedescendant", "found-1-1")
    look(page, "palette")
    page.keyboard.press("ArrowDown")
    expect(box).not_to_have_attribute("aria-activedescendant", "found-1-1")
    page.keyboard.press("Escape")
    expect(box).not_to_be_visible()

    # Enter means what was typed, though the list of it is still to come.
    page.keyboard.press("Control+k")
    page.keyboard.type("zelda quill")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/contacts/cont_"))
    expect(page.get_by_role("heading", name="Zelda Quill").first).to_be_visible()

    page.keyboard.press("Meta+k")
    page.keyboard.type("audit")
    expect(page.get_by_role("option", name="Audit log")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/audit")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    look(page, "keyboard")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_have_count(0)


def test_a_search_that_fails_says_so(sales: Page) -> None:
    page = sales
    here, box = page.url, page.get_by_role("combobox", name="Go to people")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_be_visible()
    # What is pressed to accept or to cancel what an input method proposes goes nowhere.
    for key in ("Enter", "Escape"):
        box.dispatch_event("keydown", {"key": key, "isComposing": True})
    page.route("**/search?*", lambda route: route.abort())
    box.fill("audit")
    page.keyboard.press("Enter")
    told = page.get_by_role("dialog").get_by_role("alert")
    expect(told).to_contain_text("could not be reached")
    assert page.url == here
    page.unroute("**/search?*")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Audit log")).to_be_visible()

    # Whoever was logged out gets to the login, beside the page.
    page.context.clear_cookies()
    box.fill("audit log")
    expect(told).to_contain_text("You were logged out")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.get_by_label("Email")).to_be_visible()
