"""The product as a person meets it: `nimbus serve` on a port of this machine, and Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.serving import EMAIL, PASSWORD, Site


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=site.url, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which anything the browser complains about fails the test. It does so at the end:
    what is raised while the driver tells of it comes to nobody."""
    opened, complaints = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: complaints.append(f"{opened.url}: {error}"))
    yield opened
    assert complaints == []


@pytest.fixture
def sales(page: Page) -> Page:
    """The list of contacts as a person sees it who has logged in."""
    log_in(page, EMAIL)
    return page


def log_in(page: Page, email: str, to: str = "/contacts") -> None:
    """As people do who opened a page before they had logged in."""
    page.goto(f"/login?next={to}")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{to}")


def pick(page: Page, label: str, words: str) -> None:
    """Type what one looks for in a long choice, and take the first that fits."""
    page.get_by_label(label, exact=True).fill(words)
    page.keyboard.press("Enter")
