"""The product as a person meets it: `nimbus serve` on a port of this machine, and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

NIMBUS = [sys.executable, "-m", "nimbus.cli"]
EMAIL, PASSWORD = "sales@acme.test", "a long enough password"


@dataclass(frozen=True)
class Site:
    """A running product with one empty workspace."""

    url: str
    data: Path
    workspace: str
    key: str


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="nimbus-browser-", dir="/tmp"))
    made = json.loads(
        subprocess.run(
            [*NIMBUS, "init", "--data", str(folder), "--workspace", "Acme", "--email", EMAIL,
             "--password", PASSWORD, "--json"],
            check=True, capture_output=True, text=True,
        ).stdout
    )  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*NIMBUS, "serve", "--data", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True, env={**os.environ, "NIMBUS_LOG_LEVEL": "error"},
    )  # fmt: skip
    try:
        assert server.stdout
        assert "Nimbus is ready" in server.stdout.readline()
        yield Site(f"http://127.0.0.1:{port}", folder, made["workspace_id"], made["api_key"])
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


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
    page.wait_for_url("**/contacts*")
    return page
