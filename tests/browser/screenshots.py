"""`make screenshots`: every page of the demo as a picture, in light, dark and three sizes, and one
page to look at them all; the best of them into `docs/pictures`.

`python -m tests.browser.screenshots [--only contacts]` takes those whose name has that word.
"""

from __future__ import annotations

import html
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from nimbus.demo.__main__ import EMAIL, PASSWORD
from tests.chromium import chromium
from tests.folders import fresh
from tests.pages import Answer, walk

ROOT = Path(__file__).parents[2]
GALLERY, BEST = ROOT / "build" / "screenshots", ROOT / "docs" / "pictures"
SIZES = ((1440, 900), (1280, 800), (390, 844))
SCHEMES = ("light", "dark")
# What README and docs show: the picture, and the one of the gallery that it is.
CHOSEN = {
    "home": "home-1440-light",
    "contacts": "contacts-1440-light",
    "contact-dark": "contacts-id-timeline-1440-dark",
    "import": "imports-id-1440-light",
    "segment": "segments-id-1440-light",
    "phone": "contacts-390-dark",
}


def main() -> None:
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    shutil.rmtree(GALLERY, ignore_errors=True)
    GALLERY.mkdir(parents=True)
    folder = fresh("nimbus-pictures-")
    try:
        with _demo(folder) as url, chromium() as browser:
            taken = _take(browser, url, only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    (GALLERY / "index.html").write_text(_look(taken))
    for name, picture in CHOSEN.items():
        if (found := GALLERY / f"{picture}.png").exists():
            shutil.copy(found, BEST / f"{name}.png")
    print(f"{len(taken) * len(SIZES) * len(SCHEMES)} pictures of {len(taken)} pages: "
          f"{GALLERY / 'index.html'}")  # fmt: skip


@contextmanager
def _demo(folder: Path) -> Iterator[str]:
    """The demo, as `make run` starts it, until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "nimbus.demo", "--data", str(folder), "--port", str(port)]
    with tempfile.TemporaryFile() as told:
        server = subprocess.Popen(words, stdout=told, stderr=told, start_new_session=True)
        try:
            while not _answers(url):
                if server.poll() is not None:
                    told.seek(0)
                    raise SystemExit(told.read().decode(errors="replace"))
            yield url
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/login", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _take(browser: Browser, url: str, only: str) -> dict[str, str]:
    """Pictures into the gallery; answers the addresses by name."""
    context = browser.new_context(base_url=url, reduced_motion="reduce", device_scale_factor=1)
    page = context.new_page()
    names = {"login": "/login"}
    _pictures(page, "login", "/login", only)
    page.goto("/login")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda at: "/login" not in at)

    def read(address: str) -> Answer:
        answer = context.request.get(address)
        kind = answer.headers.get("content-type", "")
        return Answer(answer.status, kind, answer.text() if "text/" in kind else "")

    for route, address in walk(read, "/", "/jobs", "/views").pages.items():
        name = re.sub(r"\W+", "-", route).strip("-") or "home"
        names[name] = address
        _pictures(page, name, address, only)
    return {name: address for name, address in names.items() if only in name}


def _pictures(page: Page, name: str, address: str, only: str) -> None:
    if only not in name:
        return
    page.goto(address)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.wait_for_load_state("networkidle")
            page.screenshot(path=GALLERY / f"{name}-{width}-{scheme}.png")


def _look(taken: dict[str, str]) -> str:
    """One page with all pictures, a row for each page."""
    rows = "".join(
        f"<h2>{html.escape(name)} <small>{html.escape(address)}</small></h2><p>"
        + "".join(
            f'<a href="{name}-{width}-{scheme}.png"><img loading="lazy" height="260" '
            f'alt="{name} at {width}, {scheme}" src="{name}-{width}-{scheme}.png"></a> '
            for width, _ in SIZES for scheme in SCHEMES
        )
        + "</p>"
        for name, address in taken.items()
    )  # fmt: skip
    return f'<!doctype html><meta charset="utf-8"><title>Every page</title>{rows}'


if __name__ == "__main__":
    main()
