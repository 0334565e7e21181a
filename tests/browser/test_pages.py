"""Every page, generated from the routes: it is reached by links, axe finds nothing on it in light
on a laptop and in dark on a phone, it is never wider than its window, nothing on it moves once it
is there, and the browser has no complaint (so the Content-Security-Policy holds)."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser.furnished import furnish
from tests.chromium import findings
from tests.pages import Answer, Walk, walk
from tests.serving import PASSWORD, Site

# What no link leads to: pieces of pages that htmx asks for, files, and forms that come into sight
# only in a state that a test of their own makes.
UNLINKED = {
    "/jobs/now", "/settings/fields/name", "/settings/scoring/sum", "/segments/{id}/row",
    "/imports/{id}/live", "/duplicates/scan",
    "/imports/{id}/kept.csv",
    "/settings/second-factor/confirmation", "/settings/second-factor/removal",
    "/settings/people/{user_id}/second-factor",
    # Where a refused form leaves people: the page around it.
    "/settings/workspace/clients", "/settings/people/{user_id}/password",
    "/settings/webhooks/{id}/replay",
    # Seen by the compliance role alone.
    "/contacts/{id}/email",
    # Seen while scores are reckoned anew.
    "/settings/scoring/run",
}  # fmt: skip
SHIFT = """() => new Promise(told => new PerformanceObserver(list => told(list.getEntries()
    .reduce((sum, one) => sum + (one.hadRecentInput ? 0 : one.value), 0)))
    .observe({type: "layout-shift", buffered: true}) || setTimeout(() => told(0), 50))"""
SIZES = (((1440, 900), "light", True), ((1280, 800), "light", False), ((390, 844), "dark", True))


@pytest.fixture(scope="module")
def furnished(site: Site) -> Site:
    there = site.another("Furnished")
    furnish(there)
    return there


@pytest.fixture
def owner(context: BrowserContext, page: Page, furnished: Site) -> Page:
    answer = context.request.post(
        "/login", form={"email": "furnished@other.test", "password": PASSWORD},
        headers={"sec-fetch-site": "same-origin"},
    )  # fmt: skip
    assert answer.ok
    return page


def walked(context: BrowserContext) -> Walk:
    def read(address: str) -> Answer:
        answer = context.request.get(address)
        kind = answer.headers.get("content-type", "")
        return Answer(answer.status, kind, answer.text() if "text/" in kind else "")

    # The shell asks for the jobs by script.
    return walk(read, "/contacts", "/jobs")


def wrong_with(page: Page, address: str) -> list[str]:
    """What is wrong with a page, a line each."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"says {message.text}")

    page.on("console", listen)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(address)
    moved = page.evaluate(SHIFT)
    if moved > 0.001:
        said.append(f"moves by {moved:.4f} while it loads")
    if not page.title().strip():
        said.append("has no title")
    for (width, height), scheme, axe in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        said += [f"at {width}: {one}" for one in (findings(page) if axe else ())]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            said.append(f"is {wide} wide at {width}")
    page.remove_listener("console", listen)
    return [f"{address}: {one}" for one in said]


def test_every_page(context: BrowserContext, owner: Page) -> None:
    found = walked(context)
    assert found.broken == {}
    assert set(found.unmet) - UNLINKED == set()
    assert len(found.pages) > 30
    wrong = [line for address in found.pages.values() for line in wrong_with(owner, address)]
    assert wrong == []
