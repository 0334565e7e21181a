"""Opens the gallery in Chromium without a port: the browser's requests are answered in process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Route
from starlette.testclient import TestClient

from tests.web.gallery.app import app

ORIGIN = "http://gallery.test"


@contextmanager
def visitor(
    browser: Browser, width: int = 1440, height: int = 900, dark: bool = False, script: bool = True
) -> Iterator[BrowserContext]:
    """A fresh person before the gallery."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        base_url=ORIGIN,
        reduced_motion="reduce",
    )
    with TestClient(app, base_url=ORIGIN) as client:

        def answer(route: Route) -> None:
            request = route.request
            headers = {
                key: value
                for key, value in request.all_headers().items()
                if not key.startswith(":") and key != "accept-encoding"
            }
            got = client.request(
                request.method,
                request.url,
                headers=headers | {"accept-encoding": "identity"},
                content=request.post_data_buffer or b"",
            )
            route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.content)

        context.route("**/*", answer)
        yield context
        context.close()
