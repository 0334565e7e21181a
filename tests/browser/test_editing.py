"""Editing in place as a person does it: by keyboard, beside somebody else, and for a whole company
(S0-24 … S0-28, G-41)."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from nimbus.client import Nimbus
from tests.browser.test_journey import look
from tests.serving import Site


def people(site: Site) -> str:
    """Twelve of one company; answers the id of the first."""
    given = [
        {"email": f"p{n}@edit-works.com", "first_name": "Pat", "last_name": f"Edit{n}",
         "title": "Engineer", "tags": ["floor"], "company": {"name": "Edit Works"}}
        for n in range(12)
    ]  # fmt: skip
    with Nimbus(site.url, site.key) as nimbus:
        return str(nimbus.contacts.bulk(given).data[0].id)


def saves(page: Page, value: str) -> None:
    """Over what stands in the control that has the focus, with Enter."""
    page.keyboard.press("Control+A")
    page.keyboard.type(value)
    page.keyboard.press("Enter")


def test_editing_in_place(sales: Page, context: BrowserContext, site: Site) -> None:
    page, first = sales, people(site)
    expect(page.get_by_role("button", name="Save")).to_have_count(0)

    # In the list, by keyboard alone: to a row, to its pencils, along them, and back.
    page.goto("/contacts?q=edit0")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    pencil = page.locator(":focus")
    expect(pencil).to_have_accessible_name("Edit job title")
    page.keyboard.press("Enter")
    expect(page.locator("form[data-editing] input:focus")).to_have_value("Engineer")
    look(page, "edit-row")
    page.keyboard.press("Escape")
    expect(page.locator("form[data-editing]")).to_have_count(0)
    expect(pencil).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("form[data-editing] input:focus")).to_be_visible()
    saves(page, "Chief engineer")
    expect(page.locator("tbody tr.is-current")).to_contain_text("Chief engineer")
    expect(page.locator(":focus")).to_have_accessible_name("Edit job title")

    # On the page: saved, told, undone.
    page.goto(f"/contacts/{first}?tab=details")
    title = page.locator("#edit-details-title")
    title.focus()
    page.keyboard.press("Enter")
    expect(page.locator("form[data-editing] input:focus")).to_have_value("Chief engineer")
    saves(page, "VP Sales")
    expect(page.locator("#about")).to_contain_text("VP Sales at Edit Works")
    expect(title).to_be_focused()
    look(page, "edit-saved", axe=False)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#about")).to_contain_text("Chief engineer at Edit Works")

    # Somebody else has changed the same field meanwhile.
    title.click()
    expect(page.locator("form[data-editing] input:focus")).to_be_visible()
    other = context.new_page()
    other.goto(f"/contacts/{first}?tab=details")
    other.locator("#edit-details-title").click()
    expect(other.locator("form[data-editing] input:focus")).to_be_visible()
    saves(other, "Theirs")
    expect(other.locator("#about")).to_contain_text("Theirs at Edit Works")
    other.close()
    saves(page, "Mine")
    expect(page.get_by_text("was changed by sales")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        look(page, f"edit-conflict-{scheme}", axe=scheme == "dark")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#about")).to_contain_text("Chief engineer at Edit Works")
    expect(title).to_be_focused()

    # What it was before, and back to it.
    page.locator("#history-title").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Job title of Pat Edit0")).to_be_visible()
    look(page, "edit-history")
    page.get_by_role("button", name="Put back Theirs").click()
    expect(page.locator("#about")).to_contain_text("Theirs at Edit Works")
    expect(page.get_by_role("dialog")).to_have_count(0)

    # A company is changed for everybody there, once that is meant.
    industry = page.get_by_role("link", name="Company industry", exact=True)
    industry.focus()
    page.keyboard.press("Enter")
    expect(page.locator("form[data-editing] input:focus")).to_be_visible()
    saves(page, "Mining")
    sure = page.get_by_role("dialog", name="Change Edit Works?")
    expect(sure).to_contain_text("all of its 12 contacts")
    look(page, "edit-company")
    page.keyboard.press("Escape")
    expect(sure).to_have_count(0)
    expect(industry).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("form[data-editing] input:focus")).to_be_visible()
    saves(page, "Mining")
    page.get_by_role("button", name="Change it for 12 contacts").press("Enter")
    expect(page.locator("#details")).to_contain_text("Mining")
    expect(page.locator("#edit-details-company-industry")).to_be_focused()
    page.emulate_media(color_scheme="light")


def test_saving_one_field_leaves_another_that_is_open(sales: Page, site: Site) -> None:
    with Nimbus(site.url, site.key) as nimbus:
        given = [{"email": "two@edit-both.com", "first_name": "Two", "last_name": "Both",
                  "title": "Engineer", "phone": "+14155550100"}]  # fmt: skip
        here = f"/contacts/{nimbus.contacts.bulk(given).data[0].id}"
    page = sales
    page.goto(f"{here}?tab=details")
    typed = page.get_by_role("form", name="City of Two Both").get_by_role("textbox")
    other = page.get_by_role("form", name="Job title of Two Both").get_by_role("textbox")
    page.locator("#edit-empty-city").click()
    typed.fill("Berl")
    page.locator("#edit-side-title").click()
    expect(other).to_be_focused()
    saves(page, "Chief engineer")
    expect(page.locator("#about")).to_contain_text("Chief engineer")
    expect(page.locator("#edit-side-title")).to_be_focused()
    expect(typed).to_have_value("Berl")

    # Whoever types on meanwhile types on.
    page.locator("#edit-details-title").click()
    other.fill("Engineer again")
    page.evaluate("document.activeElement.form.requestSubmit()")
    typed.focus()
    page.keyboard.press("End")
    page.keyboard.type("in")
    expect(page.locator("#about")).to_contain_text("Engineer again")
    expect(typed).to_be_focused()
    page.keyboard.type("!")
    expect(typed).to_have_value("Berlin!")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.locator("#edit-details-city")).to_be_focused()
    expect(page.locator("#details")).to_contain_text("Berlin")

    # So it is in a row of the list; Cancel of each leaves that one alone.
    page.goto("/contacts?q=two@edit-both.com")
    row = page.locator("tbody tr")
    name = page.get_by_role("form", name="Name of Two Both")
    row.get_by_role("link", name="Edit name").press("Enter")
    name.get_by_label("Last name").fill("Bo")
    row.get_by_role("link", name="Edit job title").press("Enter")
    expect(other).to_be_focused()
    saves(page, "Engineer")
    expect(other).to_have_count(0)
    expect(name.get_by_label("Last name")).to_have_value("Bo")
    row.get_by_role("link", name="Edit job title").press("Enter")
    name.get_by_role("link", name="Cancel").click()
    expect(name).to_have_count(0)
    expect(other).to_have_value("Engineer")
    page.get_by_role("link", name="Cancel").click()
    expect(other).to_have_count(0)
    assert page.url.endswith("/contacts?q=two@edit-both.com")
