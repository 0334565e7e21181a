"""The gallery in a real browser: no finding of axe, no breach of the policy, and the behaviours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import findings
from tests.web.gallery.app import PAGES
from tests.web.gallery.browser import visitor


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with visitor(browser) as context:
        yield context.new_page()


def test_axe_finds_nothing_the_policy_holds_and_a_phone_is_wide_enough(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(f"{page.url} {said.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    found = {}
    for path in [*PAGES, "/missing"]:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(path)
        whole = path != "/contacts/peek"  # That one is a piece of a page.
        found[path, "wide"] = findings(page) if whole else []
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        found[path, "phone"] = findings(page) if whole else []
        for box in ("document.documentElement", "document.querySelector('main')"):
            wide = page.evaluate(f"{box} ? {box}.scrollWidth : 0")
            assert wide <= 390, (path, box)
    assert {where: said for where, said in found.items() if said} == {}
    assert [said for said in complaints if "404" not in said] == []


def test_slash_goes_to_the_search(page: Page) -> None:
    page.goto("/contacts")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_a_theme_is_remembered_by_the_server(page: Page) -> None:
    page.goto("/contacts")
    page.get_by_role("button", name="You and your settings").click()
    page.get_by_role("button", name="Dark").click()
    page.goto("/settings")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_folded_navigation_keeps_its_names(page: Page) -> None:
    page.goto("/contacts")
    page.get_by_role("button", name="Fold").click()
    assert page.locator(".nav").bounding_box()["width"] == 56  # type: ignore[index]
    page.get_by_role("link", name="Imports").wait_for()


def test_a_menu_opens_beside_its_button_and_escape_closes_it(page: Page) -> None:
    page.goto("/contacts/cont_0000")
    opener = page.get_by_role("button", name="More")
    opener.press("ArrowDown")
    menu = page.locator("#contact-menu")
    assert abs(menu.bounding_box()["y"] - opener.bounding_box()["y"]) < 60  # type: ignore[index]
    page.keyboard.press("Escape")
    assert not menu.is_visible()


def test_a_typed_confirmation_wakes_its_button(page: Page) -> None:
    page.goto("/settings")
    page.get_by_role("button", name="Delete workspace").click()
    dialog = page.get_by_role("dialog")
    verb = dialog.get_by_role("button", name="Delete the workspace")
    assert verb.is_disabled()
    dialog.get_by_label("Type Acme to confirm").fill("Acme")
    assert verb.is_enabled()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_rows_are_selected_alone_by_range_and_all(page: Page) -> None:
    page.goto("/contacts")
    boxes = page.locator("[data-check]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    bar = page.get_by_role("toolbar")
    assert "4 selected" in bar.inner_text()
    page.get_by_label("Select all on this page").check()
    assert "25 selected" in bar.inner_text()
    page.keyboard.press("Escape")
    assert not bar.is_visible()


def test_a_row_opens_the_peek_and_its_name_the_page(page: Page) -> None:
    page.goto("/contacts")
    page.get_by_role("cell", name="Director RevOps").first.click()
    page.locator("#peek h2").wait_for()
    assert page.url.endswith("/contacts")
    page.keyboard.press("Escape")
    assert not page.locator("#peek").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/cont_0001")


def test_a_toast_is_reached_by_keyboard_and_leaves_after_ten_seconds(page: Page) -> None:
    page.clock.install()
    page.goto("/contacts?toast=1")
    toast = page.locator(".toast")
    # What came with the page comes among the messages a moment after it.
    page.clock.run_for(200)
    page.keyboard.press("Alt+KeyT")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Undo"
    page.clock.run_for(15_000)
    assert toast.is_visible()
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(11_000)
    assert toast.count() == 0


def test_a_refused_request_becomes_a_toast_and_leaves_the_page(page: Page) -> None:
    page.goto("/contacts")
    row = page.locator("tr[data-peek]").first
    row.evaluate("row => row.dataset.peek = '/refused'")
    row.get_by_role("cell", name="Director RevOps").click()
    page.get_by_text("No such contact in this workspace.").wait_for()
    assert not page.locator("#peek").is_visible()


def test_a_chosen_file_shows_its_name_and_size(page: Page) -> None:
    page.goto("/imports/new")
    file = {"name": "leads.csv", "mimeType": "text/csv", "buffer": b"email\n" * 1000}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    assert "leads.csv" in page.locator(".drop").inner_text()
    assert "6 kB" in page.locator(".drop").inner_text()


def test_a_page_reads_without_script(browser: Browser) -> None:
    with visitor(browser, script=False) as context:
        page = context.new_page()
        page.goto("/contacts")
        assert page.get_by_role("link", name="Alice Smith").is_visible()
        page.get_by_role("button", name="Columns").click()
        assert page.locator("#columns-menu").is_visible()
