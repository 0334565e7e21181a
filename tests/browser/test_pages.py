"""Every page, generated from the routes: it is reached by links, axe finds nothing on it in light
on a laptop and in dark on a phone, it is never wider than its window, nothing on it moves once it
is there, and the browser has no complaint (so the Content-Security-Policy holds)."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser.conftest import log_in
from tests.browser.furnished import furnish
from tests.chromium import findings
from tests.pages import Answer, Walk, walk
from tests.serving import Site

# What no link leads to: pieces of pages that htmx asks for, files, and forms that come into sight
# only in a state that a test of their own makes.
UNLINKED = {
    "/jobs/now", "/mentions/unread", "/settings/fields/name", "/settings/scoring/sum",
    "/settings/tags/called", "/segments/{id}/people",
    "/segments/{id}/row", "/imports/{id}/live", "/duplicates/scan", "/imports/{id}/kept.csv",
    "/settings/second-factor/confirmation", "/settings/second-factor/removal",
    "/settings/people/{user_id}/second-factor",
    # Where a refused form leaves people: the page around it.
    "/settings/workspace/clients", "/settings/people/{user_id}/password",
    "/settings/webhooks/{id}/replay",
    # Where the palette leads.
    "/logout", "/theme/{theme}",
    # Seen by the compliance role alone.
    "/contacts/{id}/email",
    # Seen while scores are reckoned anew.
    "/settings/scoring/run",
}  # fmt: skip
# How far things moved once they were there, and which.
SHIFT = """() => new Promise(told => {
    const moved = [];
    new PerformanceObserver(list => list.getEntries().forEach(one => one.value > 0.001
        && !one.hadRecentInput && moved.push(`${one.value.toFixed(4)}: ` + one.sources.map(
            source => source.node?.outerHTML?.slice(0, 120) ?? "text").join(" | ")))
    ).observe({type: "layout-shift", buffered: true});
    setTimeout(() => told(moved), 30);
})"""
# Headings of which a letter stands on each line, because what is beside them took their room.
SQUEEZED = """() => [...document.querySelectorAll("h1, h2, h3")].filter(one => one.checkVisibility()
    && !one.closest(".sr") && !one.matches(".sr") && one.textContent.trim().length > 3
    && one.getBoundingClientRect().width < 24).map(one => one.textContent.trim())"""
SIZES = (((1440, 900), "light", True), ((1280, 800), "light", False), ((390, 844), "dark", True))


@pytest.fixture(scope="module")
def furnished(site: Site) -> Site:
    there = site.another("Furnished")
    furnish(there)
    return there


def walked(context: BrowserContext) -> Walk:
    def read(address: str) -> Answer:
        answer = context.request.get(address)
        kind = answer.headers.get("content-type", "")
        return Answer(answer.status, kind, answer.text() if "text/" in kind else "")

    # The shell asks for the jobs by script, and all views are listed where there are many.
    return walk(read, "/", "/jobs", "/views")


def wrong_with(page: Page, address: str) -> list[str]:
    """What is wrong with a page, a line each."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # That a page is not there is what it shows.
        if message.type in ("error", "warning") and "404" not in message.text:
            said.append(f"says {message.text}")

    page.on("console", listen)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(address)
    if page.evaluate(SHIFT):
        # A busy machine may draw the first half of a page by itself: what is wrong is so twice.
        page.goto(address)
        said += [f"moves while it loads, by {moved}" for moved in page.evaluate(SHIFT)]
    if not page.title().strip():
        said.append("has no title")
    for (width, height), scheme, axe in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        said += [f"at {width}: {one}" for one in (findings(page) if axe else ())]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            said.append(f"is {wide} wide at {width}")
        if width == 390:
            said += [f"squeezes “{words}” at 390" for words in page.evaluate(SQUEEZED)]
    page.remove_listener("console", listen)
    return [f"{address}: {one}" for one in said]


def test_every_page(context: BrowserContext, page: Page, furnished: Site) -> None:
    without = [
        line for address in ("/login", "/nothing-here") for line in wrong_with(page, address)
    ]
    log_in(page, "furnished@other.test")
    found = walked(context)
    assert found.broken == {}
    assert set(found.unmet) - UNLINKED == set()
    assert len(found.pages) > 30
    # Drawn anew after an Undo, each is answered whole.
    anew = {"HX-Request": "true", "HX-Target": "main"}
    whole = [context.request.get(one, headers=anew).text() for one in found.pages.values()]
    assert [one for one in whole if not one.lstrip().lower().startswith("<!doctype")] == []
    wrong = [line for address in found.pages.values() for line in wrong_with(page, address)]
    assert wrong + without == []
