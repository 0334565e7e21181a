"""Chromium as the tests drive it, and axe, which finds in a page what keeps people out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb",
         "--disable-background-networking"]  # fmt: skip
# The findings alone: to bring over all that is well takes longer than to look.
LOOK = """axe.run({resultTypes: ["violations"]}).then(all => all.violations.map(
    one => `${one.id}: ` + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ")
))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; one process can have only one at a time."""
    path = next(found for name in NAMES if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def findings(page: Page) -> list[str]:
    """What axe finds on a page as it is now: the rule, and the first elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(LOOK)
    return found
