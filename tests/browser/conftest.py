"""The product as a person meets it: `nimbus serve` on a port of this machine, and Chromium."""

from __future__ import annotations

import re
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
def page(context: BrowserContext) -> Page:
    """A page on which anything the browser complains about fails the test."""
    opened = context.new_page()
    opened.on("pageerror", lambda error: pytest.fail(f"{opened.url}: {error}"))
    return opened


@pytest.fixture
def sales(page: Page) -> Page:
    """The page of a person who has logged in."""
    page.goto("/login")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    page.goto("/contacts")
    return page
