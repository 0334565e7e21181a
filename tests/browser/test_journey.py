"""The whole journey: log in, drop a CSV, look it over, watch it run, find the people (issue A)."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from pathlib import Path

from playwright.sync_api import Page, expect

from nimbus.demo.people import HEADER, people
from tests.browser.conftest import log_in
from tests.chromium import findings
from tests.serving import Site

PICTURES = Path(__file__).parent / "pictures"


def look(page: Page, name: str, *, axe: bool = True) -> None:
    """A picture to look at, and nothing that keeps anybody out."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    if axe:
        assert findings(page) == [], name
    overflow = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not overflow, f"{name} is wider than the window"


def make_file(folder: Path) -> Path:
    """300 good rows, a repeat, two without an email, one suppressed person."""
    rows = [list(row) for row in people(300, seed=3)]
    rows.append([*rows[0][:3], "New title", *rows[0][4:]])
    rows += [["No", "Email", "", *rows[1][3:]], ["Bad", "Email", "not-an-email", *rows[1][3:]]]
    rows.append(["Gone", "Away", "gone@suppressed.com", *rows[1][3:]])
    path = folder / "Autumn leads.csv"
    with open(path, "w", encoding="cp1252", newline="") as out:
        table = csv.writer(out, delimiter=";")
        table.writerow([*HEADER, "Favourite colour"])
        table.writerows([*row, "green"] for row in rows)
    return path


def first_steps(page: Page) -> None:
    """Home leads from nothing to people, a key and a request, and then is about the people."""
    page.goto("/")
    expect(page.get_by_text("3 left")).to_be_visible()
    look(page, "home-empty")
    page.get_by_role("button", name="Create a key").click()
    expect(page.get_by_text("Copy the key now")).to_be_visible()
    curl = page.locator("#first-request").inner_text()
    key = page.locator("#first-key").inner_text()
    assert key in curl
    look(page, "home-key")
    told = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)["data"] == []
    page.goto("/")
    expect(page.get_by_text("1 left")).to_be_visible()
    assert key not in page.content()


def with_the_sample(page: Page) -> None:
    """One click imports it; Home tells of everybody by itself."""
    page.goto("/")
    page.get_by_role("button", name="Import our sample").click()
    page.wait_for_url(re.compile(r"/imports/imp_\w+$"))
    expect(page.get_by_role("link", name="Show these contacts")).to_be_visible(timeout=60_000)
    for _ in range(60):
        page.goto("/")
        if page.locator("#home-tiers").count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text("First steps")).to_have_count(0)
    look(page, "home")
    page.locator("#home-tiers-card .number-line a").click()
    page.wait_for_url("**/contacts?icp_tier=A")


def test_from_an_empty_workspace_to_people_with_reasons(
    page: Page, site: Site, tmp_path: Path
) -> None:
    site.another("Journey")
    log_in(page, "journey@other.test")
    look(page, "contacts-empty")
    first_steps(page)
    with_the_sample(page)

    # Somebody is on the list of those not to contact.
    page.goto("/suppression/emails/new")
    page.get_by_label("Emails").fill("gone@suppressed.com")
    page.get_by_role("button", name="Add emails").click()
    page.goto("/suppression")
    expect(page.get_by_text("gone@suppressed.com")).to_be_visible()
    look(page, "suppression")

    # The file, its columns, a preview, and go.
    page.goto("/contacts")
    page.get_by_role("link", name=re.compile("Import")).last.click()
    page.wait_for_url("**/contacts/import")
    look(page, "import-upload")
    page.locator("input[type=file]").set_input_files(make_file(tmp_path))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/map")
    expect(page.get_by_label("Field for Email")).to_have_value("email")
    expect(page.get_by_label("Field for Company Domain")).to_have_value("company.domain")
    look(page, "import-columns")
    page.get_by_role("button", name="Preview 100 rows").click()
    expect(page.get_by_role("table", name="The first rows, tried")).to_be_visible()
    page.get_by_role("button", name="Start import").scroll_into_view_if_needed()
    look(page, "import-review")
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url(re.compile(r"/imports/imp_\w+$"))

    # It runs by itself, and its books balance.
    expect(page.get_by_role("link", name="Show these contacts")).to_be_visible(timeout=60_000)
    report = page.inner_text("main")
    for words in ("304 rows", "300", "Favourite colour"):
        assert words in report, words
    look(page, "import-report")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the rows with an error").click()
    errors = Path(taken.value.path()).read_text()
    assert "not-an-email" in errors
    assert len(errors.strip().splitlines()) == 3

    # The people: found, filtered, sorted, shared by their address.
    page.get_by_role("link", name="Show these contacts").click()
    page.wait_for_url("**/contacts?import=*")
    expect(page.get_by_text("300 contacts")).to_be_visible()
    look(page, "contacts-of-import")
    page.goto("/contacts?icp_tier=A&sort=lead_score_desc")
    look(page, "contacts-filtered")
    tiers = page.locator("tbody tr").count()
    assert tiers
    page.goto("/contacts?q=amara")
    names = page.locator("tbody th a:not(.edit)").all_inner_texts()
    assert names
    assert all("Amara" in name for name in names)

    # One person: tier with its rule, score with its points, where each value came from.
    page.locator("tbody th a").first.click()
    page.wait_for_url(re.compile(r"/contacts/cont_\w+"))
    told = page.inner_text("main")
    for words in ("because", "Fit", "Nothing has happened yet", "Not suppressed"):
        assert words in told, words
    page.get_by_role("link", name="Details").click()
    expect(page.get_by_text("from import Autumn leads.csv").first).to_be_visible()
    look(page, "contact")
    page.get_by_role("link", name="Activity").click()
    expect(page.get_by_text(re.compile("Autumn leads.csv")).first).to_be_visible()
    look(page, "contact-activity")

    # The second file of the same kind needs no choices, and says that it brought nothing new.
    page.goto("/contacts/import")
    page.locator("input[type=file]").set_input_files(make_file(tmp_path))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/map")
    expect(page.get_by_text("as in the last file of this kind")).to_be_visible()
    page.get_by_role("button", name="Start import").click()
    expect(page.get_by_role("link", name="Show these contacts")).to_be_visible(timeout=60_000)
    page.goto("/imports")
    expect(page.locator("tbody tr")).to_have_count(3)
    look(page, "imports")
