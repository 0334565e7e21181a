"""The list of contacts between colleagues: a filtered address, a shared view, columns of one's own
(S0-10 … S0-13)."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import log_in, pick
from tests.browser.test_focus import slow
from tests.browser.test_journey import look
from tests.serving import PASSWORD, Site


def names(page: Page) -> list[str]:
    return page.locator("tbody th a.truncate").all_inner_texts()


def headers(page: Page) -> list[str]:
    found = page.locator("thead th").all_inner_texts()
    return [text.strip() for text in found if text.strip()]


def test_a_colleague_sees_what_one_shares(page: Page, browser: Browser, site: Site) -> None:
    firm = site.another("Sharing")
    key = {"Authorization": f"Bearer {firm.key}"}
    people = [
        {"email": f"p{i}@share.example.com", "first_name": f"P{i}", "last_name": "Q",
         "seniority": "director" if i < 3 else "vp", "country": "DE" if i % 2 else "FR"}
        for i in range(6)
    ]  # fmt: skip
    made = page.request.post("/api/v1/contacts/bulk/", data={"contacts": people}, headers=key)
    assert made.ok, made.text()
    invited = page.request.post(
        "/api/v1/invitations/", data={"email": "mate@share.test", "role": "viewer"}, headers=key
    )
    assert invited.ok, invited.text()
    other = browser.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
    mate = other.new_page()
    mate.goto(invited.json()["url"])
    mate.get_by_label("Your name").fill("Mate")
    mate.get_by_label("Password", exact=True).fill(PASSWORD)
    mate.get_by_role("button").filter(has_text="Join").click()
    mate.wait_for_url(re.compile(r":\d+/$"))
    log_in(page, "sharing@other.test")

    # A quick filter, and groups beside it: said in English above the list.
    page.get_by_role("button", name="Status").click()
    page.get_by_role("checkbox", name="Active", exact=True).check()
    page.locator("#quick-status").get_by_role("button", name="Show contacts").click()
    expect(page.locator(".chip", has_text="Status is Active")).to_be_visible()
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_role("button", name="Add a group", exact=True).click()
    pick(page, "Field of condition 3", "Seniority")
    page.get_by_label("Question of condition 3").select_option("in")
    page.get_by_role("checkbox", name="Vice president").check()
    page.get_by_role("button", name="Add a condition to the group of condition 2").click()
    expect(page.get_by_label("Field of condition 4")).to_be_visible()
    pick(page, "Field of condition 4", "Country")
    page.get_by_label("Value of condition 4").fill("DE")
    look(page, "list-filter")
    page.get_by_role("dialog").get_by_role("button", name="Show contacts").last.click()
    sentence = page.locator("p.sentence")
    expect(sentence).to_contain_text("(seniority is Vice president, or country is DE)")
    assert len(names(page)) == 4

    # The address is all that a colleague needs.
    mate.goto(page.url)
    assert names(mate) == names(page)
    assert mate.locator("p.sentence").inner_text() == sentence.inner_text()

    # Columns are one's own until they are saved in a view.
    page.get_by_role("link", name="Columns").click()
    pick(page, "Another column", "Country")
    # No step waits for another, not even for one that the server is asked for.
    with slow(page, "**/contacts/columns"):
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("button", name="Move Company name up").click()
        page.get_by_role("button", name="Move Company name down").click()
        page.get_by_label("Width of Job title").select_option("xl")
        page.get_by_role("button", name="Hide Email").click()
        expect(page.get_by_role("button", name="Hide Job title")).to_be_focused()
    page.get_by_role("button", name="Move Country up").click()
    expect(page.get_by_role("button", name="Move Country up")).to_be_focused()
    expect(page.locator(".column-line").last).to_contain_text("Tags")
    look(page, "list-columns")
    page.get_by_role("dialog").get_by_role("button", name="Show these columns").last.click()
    expect(page.locator("thead")).to_contain_text("Country")
    mine = ["Name", "Title", "Company", "Tier", "Score", "Country", "Tags"]
    assert headers(page) == mine
    # The edge of a header is dragged to another width, which stays; pressed twice it is as usual.
    title, edge = page.locator("#list col").nth(2), page.locator("th[data-column=title] .edge")
    expect(title).to_have_class(re.compile(r"\bw-xl\b"))
    place = edge.bounding_box()
    assert place
    page.mouse.move(place["x"] + 4, place["y"] + 8)
    page.mouse.down()
    page.mouse.move(place["x"] - 120, place["y"] + 8, steps=4)
    with page.expect_response("**/contacts/columns"):
        page.mouse.up()
    page.reload()
    expect(title).to_have_class(re.compile(r"\bw-[sm]\b"))
    with page.expect_response("**/contacts/columns"):
        edge.dblclick()
    page.reload()
    expect(title).to_have_class(re.compile(r"\bw-l\b"))
    mate.reload()
    assert "Country" not in headers(mate)
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name", exact=True).fill("Germans or VPs")
    page.get_by_label("Share with the workspace").check()
    look(page, "list-view", axe=False)
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("link", name="Germans or VPs")).to_have_attribute(
        "aria-current", "page"
    )
    page.get_by_role("button", name="View", exact=True).click()
    expect(page.get_by_role("link", name="Rename or share")).to_be_visible()
    look(page, "list-view-menu")
    mate.reload()
    mate.get_by_role("link", name="Germans or VPs").click()
    expect(mate.locator("thead")).to_contain_text("Country")
    assert headers(mate) == mine
    assert names(mate) == names(page)
    look(page, "list-shared", axe=False)
    other.close()
