"""Takes pictures of the gallery: `python -m tests.web.gallery.pictures [page …]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.chromium import chromium
from tests.web.gallery.app import PAGES
from tests.web.gallery.browser import visitor

FOLDER = Path(__file__).parents[2] / "browser" / "pictures"
SIZES = {"1440": (1440, 900), "1280": (1280, 800), "390": (390, 844)}


def main(wanted: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = {path: name for path, name in PAGES.items() if not wanted or name in wanted}
    with chromium() as browser:
        for label, (width, height) in SIZES.items():
            for dark in (False, True):
                with visitor(browser, width, height, dark) as context:
                    page = context.new_page()
                    page.on("console", lambda message: print(message.text))
                    for path, name in pages.items():
                        page.goto(path)
                        page.wait_for_timeout(60)
                        shade = "dark" if dark else "light"
                        page.screenshot(path=FOLDER / f"{name}-{label}-{shade}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
