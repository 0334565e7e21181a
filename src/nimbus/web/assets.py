"""The built files by their logical names: what `frontend/build.mjs` left in `static/`."""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent / "static"


class FrontendNotBuilt(RuntimeError):
    """The static files are missing: run `make install`, which builds them."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"The front end is not built ({missing} is missing): run make install")


def static(name: str) -> str:
    """The address of a built file, `app.css` → `/static/app-VRFYUZOT.css`."""
    try:  # Every icon of a page comes by here, where joining a Path would cost more than the look.
        changed = os.stat(f"{FOLDER}/manifest.json").st_mtime_ns
    except FileNotFoundError:
        raise FrontendNotBuilt("manifest.json") from None
    try:
        return "/static/" + _manifest(changed)[name]
    except KeyError:
        raise FrontendNotBuilt(name) from None


def icon(name: str, label: str | None = None) -> Markup:
    """An icon of the sprite; without a label it is decoration and hidden from screen readers."""
    return _drawn(static("icons.svg"), name, label)


# A list draws hundreds of the same few.
@lru_cache(maxsize=1_000)
def _drawn(sprite: str, name: str, label: str | None) -> Markup:
    if name not in _icons(sprite):
        raise LookupError(f"No icon {name!r}: add it to frontend/icons.json and run make install")
    said = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(said, sprite, name)


@lru_cache(maxsize=1)
def _manifest(changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    return names


@lru_cache(maxsize=1)
def _icons(sprite: str) -> frozenset[str]:
    text = (FOLDER / sprite.removeprefix("/static/")).read_text("utf-8")
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', text))
