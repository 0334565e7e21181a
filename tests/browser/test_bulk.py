"""Tagging everybody from the list: ticked, confirmed, watched, taken back (G-20, S0-72)."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_journey import look
from tests.serving import Site

PEOPLE = 1_020


def test_everybody_is_tagged_watched_and_untagged(page: Page, site: Site) -> None:
    other = site.another("Bulk")
    key = {"Authorization": f"Bearer {other.key}"}
    for first in range(0, PEOPLE, 510):
        people = [{"email": f"p{i}@bulk.example", "first_name": f"P{i}", "last_name": "Q"}
                  for i in range(first, first + 510)]  # fmt: skip
        made = page.request.post("/api/v1/contacts/bulk/", data={"contacts": people}, headers=key)
        assert made.ok, made.text()

    def tagged(name: str) -> int:
        found = page.request.get(f"/api/v1/contacts/?tag={name}&page_size=1", headers=key)
        count: int = found.json()["meta"]["total_count"]
        return count

    log_in(page, "bulk@other.test")

    # By keyboard: the first row is ticked and let go.
    page.keyboard.press("j")
    page.keyboard.press("x")
    bar = page.get_by_role("toolbar")
    expect(bar.get_by_text("1 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()

    # A few, at once, and undone from the message.
    boxes = page.locator("[data-check]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(bar.get_by_text("3 selected")).to_be_visible()
    look(page, "bulk-ticked")
    bar.get_by_role("button", name="Tag", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tags to add").fill("few")
    look(page, "bulk-dialog")
    dialog.get_by_role("button", name="Tag 3 contacts").click()
    toast = page.locator(".toast", has_text="Tag 3 contacts with few: 3 changed")
    expect(toast).to_be_visible()
    assert tagged("few") == 3
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="Undone.")).to_be_visible()
    assert tagged("few") == 0

    # Everybody: the number is confirmed, a job does it, and the corner says so on every page.
    page.get_by_role("checkbox", name="Select all on this page").check()
    every = bar.get_by_text("All 1,020 that match")

    # One row, without a scrollbar, on a small screen and on a phone too.
    for width, height in ((1280, 757), (390, 844), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        expect(every).to_be_visible()
        assert bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth && bar.offsetHeight < 56")
        look(page, f"bulk-all-{width}")
    every.click()
    expect(bar.get_by_text("1,020 selected")).to_be_visible()
    bar.get_by_role("button", name="Tag", exact=True).click()
    dialog.get_by_label("Tags to add").fill("everybody")
    dialog.get_by_role("button", name="Tag 1,020 contacts").click()
    expect(page.locator(".toast", has_text="under way")).to_be_visible()
    page.goto("/settings/bulk")
    row = page.get_by_role("row", name=re.compile("Tag 1,020 contacts with everybody"))
    expect(row.get_by_text("1,020 changed")).to_be_visible()
    look(page, "bulk-log")
    assert tagged("everybody") == PEOPLE
    # What is refused there is said, though the corner that asks by itself is quiet.
    page.locator("#jobs-open").click()
    undo = page.get_by_role("button", name="Undo: Tag 1,020 contacts with everybody").first
    refused = '<div class="toast"><p>Too late.</p></div>'
    page.route(
        "**/reverse",
        lambda one: one.fulfill(status=409, body=refused, content_type="text/html"),
        times=1,
    )
    undo.click()
    expect(page.locator(".toast", has_text="Too late.")).to_be_visible()
    undo.click()
    expect(row.get_by_text(re.compile("Undone|Being undone"))).to_be_visible()
    expect(row.get_by_text("Undone", exact=True)).to_be_visible(timeout=30_000)
    assert tagged("everybody") == 0
    # What is over is told of in the corner, and put away.
    news = page.locator("#jobs-open[data-news]")
    expect(news).to_be_visible()
    news.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#jobs-open")).to_have_count(0)
    row.get_by_role("link").click()
    expect(page.get_by_role("table", name="Contacts of this action")).to_be_visible()
    look(page, "bulk-entry")
