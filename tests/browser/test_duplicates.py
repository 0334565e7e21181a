"""Duplicates as a person reviews them: scan, look, skip, not duplicates, undo (issue D)."""

from __future__ import annotations

import re
import urllib.request
from json import dumps, loads

from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_journey import look
from tests.browser.test_sent import once
from tests.serving import Site

PEOPLE = [
    {"email": "astrid.lund@fjord-line.no", "first_name": "Astrid", "last_name": "Lund",
     "title": "Head of Sales", "phone": "+47 22 41 30 30", "company": {"name": "Fjord Line"},
     "city": "Bergen"},
    {"email": "astridlund+crm@gmail.com", "first_name": "Astrid", "last_name": "Lund",
     "phone": "+47 22 41 30 30", "title": "VP Sales"},
    {"email": "astrid.lund@gmail.com", "first_name": "Astrid", "last_name": "Lund"},
]  # fmt: skip


def create(site: Site, person: dict[str, object]) -> None:
    asked = urllib.request.Request(
        f"{site.url}/api/v1/contacts/", dumps(person).encode(),
        {"Authorization": f"Bearer {site.key}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(asked) as answer:
        assert loads(answer.read())["id"]


def test_pairs_are_reviewed_one_at_a_time(page: Page, site: Site) -> None:
    site = site.another("Pairs")
    log_in(page, "pairs@other.test", "/duplicates")
    expect(page.get_by_role("heading", name="Nobody has looked yet")).to_be_visible()
    look(page, "duplicates-empty")

    for person in PEOPLE:
        create(site, person)
    page.get_by_role("button", name="Scan the whole workspace").first.click()
    expect(page.get_by_text(re.compile("1 of 3 pairs"))).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Certain", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"Email: one mailbox \+12"))).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        look(page, f"duplicates-{scheme}")
    page.emulate_media(color_scheme="light")

    # The older contact's values are chosen, but for what it does not have.
    title = page.get_by_role("row", name=re.compile("Job title"))
    radios = title.get_by_role("radio")
    assert radios.evaluate_all("all => all.map(one => one.checked)") == [True, False]
    assert radios.first.get_attribute("name") == "choice.title"

    page.keyboard.press("s")
    expect(page.get_by_text("2 of 3 pairs")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("Not duplicates: they stay apart")).to_be_visible()
    expect(page.get_by_text("2 of 2 pairs")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 of 3 pairs")).to_be_visible()
    page.goto("/duplicates")
    expect(page.get_by_text("1 of 3 pairs")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "duplicates-phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    for number in (2, 3):
        page.keyboard.press("s")
        expect(page.get_by_text(f"{number} of 3 pairs")).to_be_visible()

    # One contact, and two again: at once from the message, and later from the contact's page.
    page.goto("/duplicates")
    page.keyboard.down("m")
    expect(page.get_by_text("Merged: they are one contact now")).to_be_visible()
    expect(page.get_by_text("1 of 1 pair", exact=True)).to_be_visible()
    page.keyboard.down("m")  # It is held down, and the next pair is not meant.
    page.keyboard.up("m")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 of 3 pairs")).to_be_visible()
    page.goto("/duplicates")
    with once(page, "/duplicates/merge", "m"):
        page.keyboard.press("m")
    expect(page.get_by_text("Merged: they are one contact now")).to_be_visible()
    page.goto("/contacts?q=astridlund")
    page.get_by_role("link", name="Astrid Lund").first.click()
    expect(page.get_by_text("was merged into this one")).to_be_visible()
    look(page, "merged-contact")
    page.get_by_role("button", name="Undo merge").click()
    expect(page.get_by_text(re.compile("^Undone"))).to_be_visible()
    expect(page.get_by_text("was merged into this one")).to_have_count(0)
    page.get_by_role("link", name="Merge with another contact").click()
    look(page, "merge-with")
    page.get_by_role("link", name="Compare").first.click()
    expect(page.get_by_role("button", name="Merge 2 contacts")).to_be_visible()
    look(page, "merge-compare")
