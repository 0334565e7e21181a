"""The page for an address where nothing is: who is logged in keeps the navigation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import World


@pytest.mark.parametrize("path", ["/nothing/here", "/contacts/cont_01h455vb4pex5vsknk084sn02q"])
def test_who_is_logged_in_keeps_the_navigation(world: World, browser_of: Any, path: str) -> None:
    page = browser_of(world.bob).get(path)
    assert page.status_code == 404
    assert 'class="nav-link" href="/contacts"' in page.text
    assert "There is nothing here" in page.text


def test_nobody_else_sees_it(http: Any) -> None:
    for _ in range(2):
        page = http.get("/nothing/here")
        assert page.status_code == 404
        assert "nav-link" not in page.text
        assert "There is nothing here" in page.text
        http.cookies.set("nimbus_session", "made-up")


def test_who_is_lost_is_led_on(world: World, browser_of: Any) -> None:
    browser = browser_of(world.bob)
    page = browser.get("/contacts/cont_01h455vb4pex5vsknk084sn02q").text
    assert 'action="/search"' in page
    assert "All contacts" in page


def test_who_may_not_is_told_who_may(world: World, browser_of: Any) -> None:
    page = browser_of(world.bob).get("/settings/keys")
    assert page.status_code == 403
    assert "a viewer of Acme" in page.text
    assert 'href="/settings/people"' in page.text
    assert "keys:write" in page.text


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/contacts/", "/contacts"), ("/settings/", "/settings"),
        ("/contacts/?q=a%20b&sort=name_asc", "/contacts?q=a%20b&sort=name_asc"),
        ("/nothing/", None), ("/contacts//", None), ("//evil.example/", None),
        ("/%2Fevil.example/", None), ("/%5Cevil.example/", None), ("/static/nothing/", None),
    ],
)  # fmt: skip
def test_a_slash_at_the_end_leads_to_the_page_there_is(
    world: World, browser_of: Any, asked: str, led_to: str | None
) -> None:
    browser = browser_of(world.bob)
    answer = browser.get(f"http://testserver{asked}", follow_redirects=False)
    assert answer.headers.get("location") == led_to
    assert answer.status_code == (308 if led_to else 404)
    assert browser.post("/contacts/", follow_redirects=False).status_code == 404


@pytest.mark.parametrize("path", ["/search", "/companies", "/settings/tags"])
def test_a_sign_that_no_text_has_is_refused_in_words(
    world: World, browser_of: Any, path: str
) -> None:
    page = browser_of(world.alice).get(f"{path}?q=%00")
    assert page.status_code == 400
    assert "It has a sign that no text has: leave out %00." in page.text
