"""What goes can come back: an assignment, a contact, and people as a file (S0-46, S0-59, S0-66)."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_journey import look
from tests.serving import Site


def test_an_assignment_a_contact_and_a_file(page: Page, site: Site) -> None:
    agency = site.another("Agency")
    for name in ("Ada", "Bo"):
        sent = {"email": f"{name}@people.example", "first_name": name, "title": "=1+1"}
        ask(page, agency, "contacts/", **sent)
    ask(page, agency, "exports/")
    log_in(page, "agency@other.test")

    # Let go of an address, think better of it, and let go for good; then claim it anew.
    page.get_by_role("link", name="Ada").click()
    section = page.locator("section", has=page.get_by_role("heading", name="Assignment"))
    release(page)
    expect(section).to_contain_text("nobody holds this address")
    page.get_by_role("button", name="Undo").click()
    expect(section).to_contain_text(re.compile(r"Client\s*Agency"))
    release(page)
    expect(section).to_contain_text("nobody holds this address")
    look(page, "assignment-released")
    section.get_by_role("button", name="Claim").click()
    page.get_by_label("Priority").fill("80")
    page.locator("#renew").get_by_role("button", name="Claim").click()
    expect(section).to_contain_text(re.compile(r"Priority\s*80"))
    look(page, "assignment")

    # Into the trash with a reason, and out of it from the list.
    page.get_by_role("link", name="Delete").click()
    look(page, "deletion")
    page.get_by_label("Why?").fill("Left the company")
    page.get_by_role("button", name="Move to the trash").click()
    expect(page.get_by_text("Ada was moved to the trash")).to_be_visible()
    look(page, "in-the-trash")
    page.goto("/contacts?view=deleted")
    expect(page.get_by_role("row", name=re.compile("Ada.*Left the company"))).to_be_visible()
    look(page, "trash")
    page.get_by_role("button", name="Restore Ada").click()
    expect(page.get_by_text("Ada was restored")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Ada"))).to_have_count(0)
    page.goto("/contacts")
    expect(page.get_by_role("link", name="Ada")).to_be_visible()

    # The file and what is said of it.
    page.goto("/exports")
    look(page, "exports")
    with page.expect_download() as taken:
        page.get_by_role("link", name=re.compile("^Download")).click()
    data = Path(taken.value.path()).read_bytes()
    assert b",'=1+1," in data
    with page.expect_download() as taken:
        page.get_by_role("link", name=re.compile("^Manifest")).click()
    told = json.loads(Path(taken.value.path()).read_text())
    assert (told["rows"], told["sha256"]) == (2, sha256(data).hexdigest())


def test_a_contact_is_passed_on_to_another_client(page: Page, site: Site) -> None:
    agency = site.another("Passing", agency=True)
    headers = {"Authorization": f"Bearer {agency.key}"}
    (only,) = page.request.get("/api/v1/clients/", headers=headers).json()["data"]
    eva = {"email": "eva@people.example", "first_name": "Eva", "client_id": only["id"]}
    ask(page, agency, "contacts/", **eva)
    log_in(page, "passing@other.test")
    page.get_by_role("link", name="Eva").click()
    section = page.locator("section", has=page.get_by_role("heading", name="Assignment"))
    # An agency of one client has nobody to pass a contact on to.
    expect(section.get_by_role("button", name="Release")).to_be_visible()
    expect(section.get_by_role("button", name="Transfer")).to_have_count(0)
    ask(page, agency, "clients/", name="Northwind")
    page.reload()
    section.get_by_role("button", name="Transfer").click()
    dialog = page.get_by_role("dialog", name="Transfer to another client")
    dialog.get_by_label("To which client?").select_option("Northwind")
    look(page, "assignment-transfer")
    dialog.get_by_role("button", name="Transfer").click()
    expect(section).to_contain_text(re.compile(r"Client\s*Northwind"))
    expect(section).to_contain_text(re.compile(r"Before\s*Passing"))
    look(page, "assignment-transferred")
    page.get_by_role("button", name="Undo").click()
    expect(section).to_contain_text(re.compile(r"Client\s*Passing"))


def release(page: Page) -> None:
    page.get_by_role("button", name="Release").click()
    page.locator("#release").get_by_role("button", name="Release").click()


def ask(page: Page, site: Site, path: str, **body: str) -> None:
    headers = {"Authorization": f"Bearer {site.key}"}
    answer = page.request.post(f"/api/v1/{path}", data=body, headers=headers)
    assert answer.ok, answer.text()
