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
