"""Pages offer to each only what they may do (D-33, S2-42)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from nimbus import rooms
from nimbus.access.scopes import scopes_of
from nimbus.web.route import SCOPE, PageRouter
from tests.conftest import Person, World
from tests.contacts.editing import Api
from tests.duplicates.merging import merge

LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)"')
FORM = re.compile(r'(?:action|hx-post)="(/[^"#]*)"')


@pytest.mark.parametrize("role", ["viewer", "compliance"])
def test_nothing_is_offered_that_is_refused(
    http: TestClient, world: World, browser_of: Callable[[Person], TestClient], role: str
) -> None:
    api = Api(http, world)
    merge(api, "ada", "bo")
    api("DELETE", "cy")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "update membership set role = %s where workspace_id = %s and user_id = %s",
            [role, tx.workspace_id, world.bob.who.id],
        )
    browser = browser_of(world.bob)
    company = api.get("ada")["company"]["id"]
    ada = f"/contacts/{api.ids['ada']}"
    tabs = [html.unescape(one) for one in re.findall(rf'href="({ada}[^"]*)#tabs"',
                                                     browser.get(ada).text)]  # fmt: skip
    assert len(tabs) > 3
    pages = [
        *tabs, f"{ada}?peek=1", f"/contacts/{api.ids['cy']}",
        f"/companies/{company}", "/contacts", "/contacts?view=deleted", "/companies",
        "/duplicates", "/imports", "/segments", "/suppression",
    ]  # fmt: skip
    refused = []
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, page
        for pattern, method in ((LINK, "GET"), (FORM, "POST")):
            for found in map(html.unescape, pattern.findall(answer.text)):
                if (needed := _scope(method, found)) not in (None, *scopes_of(role)):
                    refused.append(f"{page} offers {method} {found}: {needed}")
    assert refused == []


def _scope(method: str, address: str) -> str | None:
    """The scope of the page's route at an address; None where there is none."""
    path = address.partition("?")[0]
    found: list[str] = [
        (route.openapi_extra or {})[SCOPE]
        for router in rooms.routers() if isinstance(router, PageRouter)
        for route in router.routes
        if isinstance(route, APIRoute) and method in route.methods and route.path_regex.match(path)
    ]  # fmt: skip
    return next(iter(found), None)
