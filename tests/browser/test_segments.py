"""Building a segment and explaining a contact, as one does it (G-24, G-29, G-33)."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in, pick
from tests.browser.test_journey import look
from tests.serving import Site


def test_a_segment_is_built_and_a_contact_explained(page: Page, site: Site) -> None:
    key = {"Authorization": f"Bearer {site.another('Builder').key}"}
    people = [
        {"email": f"p{i}@seg.example.com", "first_name": f"P{i}", "last_name": "Q",
         "seniority": "director" if i < 4 else "intern", "country": "DE" if i % 2 else "FR"}
        for i in range(8)
    ]  # fmt: skip
    made = page.request.post("/api/v1/contacts/bulk/", data={"contacts": people}, headers=key)
    assert made.ok, made.text()
    log_in(page, "builder@other.test")
    page.get_by_role("link", name="Segments").click()
    look(page, "segments-empty")

    # Each choice is counted at once, a group within too.
    page.get_by_role("link", name="Build a segment").click()
    page.get_by_label("Name").fill("Directors abroad")
    preview = page.locator("#preview")
    expect(preview.get_by_text("as soon as there is a whole one")).to_be_visible()
    pick(page, "Field of condition 1", "Seniority")
    page.get_by_label("Question of condition 1").select_option("in")
    page.get_by_role("checkbox", name="Director").check()
    expect(preview.get_by_text("4 contacts")).to_be_visible()
    page.get_by_role("button", name="Add a group", exact=True).click()
    with page.expect_response("**/filters/conditions"):
        page.get_by_label("What must hold in the group of condition 2").select_option("none")
    pick(page, "Field of condition 3", "Country")
    value = page.get_by_label("Value of condition 3")
    value.press_sequentially("DE")
    # The sentence follows what is typed, which stays as it is, with the focus.
    said = page.locator(".conditions .sentence")
    expect(said).to_have_text("Seniority is Director, and not (country is DE).")
    expect(value).to_be_focused()
    expect(value).to_have_value("DE")
    expect(preview.get_by_text("2 contacts")).to_be_visible()
    look(page, "segments-builder")
    page.get_by_role("button", name="Create segment").click()
    expect(page.get_by_text("Seniority is Director, and not (country is DE).")).to_be_visible()

    # Why somebody is in it, and somebody else is not; without leaving the page. A name will do.
    page.get_by_label("Name or email of a contact").press_sequentially("p0")
    page.locator("#proposed").get_by_role("link", name="P0 Q").click()
    expect(page.get_by_text("P0 Q is in “Directors abroad”.")).to_be_visible()
    expect(page.locator("#proposed")).to_be_empty()
    page.get_by_label("Name or email of a contact").fill("p1@seg.example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("P1 Q is not in “Directors abroad”.")).to_be_visible()
    expect(page.locator(".because li", has_text="it is DE")).to_be_visible()
    look(page, "segments-explained")

    # Of two who are called the same, the one that is clicked is meant, and not what was typed:
    # whether they were proposed while one typed, or once it was entered.
    for again in (False, True):
        page.get_by_label("Name or email of a contact").fill("seg")
        if again:
            page.keyboard.press("Enter")
            expect(page.get_by_text("Several contacts fit.")).to_be_visible()
        page.locator("#proposed").get_by_role("link", name="P2 Q").click()
        expect(page.get_by_text("P2 Q is in “Directors abroad”.")).to_be_visible()
        expect(page.locator("#proposed")).to_be_empty()

    # Gone, and back by the message.
    page.get_by_role("link", name="Delete").click()
    look(page, "segments-deletion")
    page.get_by_role("button", name="Delete segment").click()
    toast = page.locator(".toast", has_text="“Directors abroad” was deleted")
    toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Directors abroad")).to_be_visible()
    look(page, "segments-list")
