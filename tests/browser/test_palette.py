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
