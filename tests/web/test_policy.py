"""No template has what the Content-Security-Policy refuses; the assets keep to their budgets."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from nimbus.web.assets import FOLDER
from tests.conftest import Person, World
from tests.web.gallery.app import PAGES, app

HOUSE = Path(__file__).parents[2] / "src" / "nimbus"
GALLERY = Path(__file__).parent / "gallery" / "templates"
TEMPLATES = [*HOUSE.glob("*/templates/**/*.html"), *GALLERY.glob("*.html")]
REFUSED = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "hx-on, which needs eval": re.compile(r"\bhx-on\b|\bhx_on", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "a computed hx-vals or hx-headers": re.compile(r"hx-(vals|headers)=.js:", re.I),
    "a filter of hx-trigger, which needs eval": re.compile(r"hx-trigger=\"[^\"]*\[", re.I),
    "another host": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.I),
    "an unescaped value": re.compile(r"\|\s*safe\b"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_template_keeps_to_the_policy(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
    assert {why for why, pattern in REFUSED.items() if pattern.search(text)} == set()


def test_the_patterns_find_what_they_should() -> None:
    for bad, why in (
        ('<p class="a" style="x">', "a style attribute"),
        ("<script>1</script>", "an inline script"),
        ('<a onclick="x">', "an event handler"),
        ('<a hx-on:click="x">', "hx-on, which needs eval"),
    ):
        assert REFUSED[why].search(bad)


def built(name: str) -> bytes:
    names = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    return (FOLDER / names[name]).read_bytes()


@pytest.mark.parametrize(("name", "most_kb"), [("app.css", 30), ("app.js", 60), ("icons.svg", 12)])
def test_the_assets_keep_to_their_budget(name: str, most_kb: int) -> None:
    assert len(gzip.compress(built(name), 9)) <= most_kb * 1024


def test_the_styles_ask_no_other_host_and_carry_no_data() -> None:
    css = built("app.css").decode()
    assert not re.search(r"url\([\"']?(https?:|//|data:)", css)


def test_a_page_keeps_to_its_budget() -> None:
    with TestClient(app) as client:
        for path in PAGES:
            assert len(gzip.compress(client.get(path).content)) <= 40 * 1024, path


def test_static_files_are_kept_for_good_and_sent_small() -> None:
    names = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    with TestClient(app) as client:
        for accept, encoding in (("gzip", "gzip"), ("br, gzip", "br"), ("identity", None)):
            headers = {"accept-encoding": accept}
            with client.stream("GET", f"/static/{names['app.css']}", headers=headers) as got:
                assert got.headers.get("content-encoding") == encoding
                assert got.headers["content-type"].startswith("text/css")
                assert "immutable" in got.headers["cache-control"]
        assert client.get("/static/none.css").status_code == 404
        assert "cache-control" not in client.get("/static/none.css").headers


def test_pages_travel_compressed_and_what_programs_read_as_it_is(
    http: TestClient, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    page = browser_of(world.alice).get("/contacts", headers={"accept-encoding": "gzip"})
    assert (page.headers["content-encoding"], page.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(page.headers["content-length"]) < len(page.content) / 2
    plain = browser_of(world.alice).get("/contacts", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    told = http.get("/api/v1/fields/", headers={**world.alice.headers, "accept-encoding": "gzip"})
    assert len(told.content) > 1_000
    assert "content-encoding" not in told.headers
