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
from nimbus.web.route import SCOPE, SCOPE_OR, PageRouter
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
    become(world, role)
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
                if (enough := _scopes(method, found)) and not enough & scopes_of(role):
                    refused.append(f"{page} offers {method} {found}: {enough}")
    assert refused == []


def test_consent_is_recorded_on_the_page_by_whoever_may(
    http: TestClient, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    """By the compliance role, who may change nothing else (D-33)."""
    api = Api(http, world)
    become(world, "compliance")
    browser, here = browser_of(world.bob), f"/contacts/{api.ids['cy']}"
    page = browser.get(f"{here}?tab=details").text
    offered = set(re.findall(rf'href="{here}/fields/([\w.]+)"', page))
    assert offered == {"consent", "status"}
    assert browser.get(f"{here}/fields/consent").status_code == 200
    given = {"v.consent_status": "opted_in", "v.consent_source": "paper form"}
    htmx = {"hx-request": "true"}
    saved = browser.post(f"{here}/fields/consent", data=given, headers=htmx)
    assert saved.status_code == 200, saved.text
    assert (api.get("cy")["consent_status"], api.get("cy")["consent_source"]) == (
        "opted_in", "paper form",
    )  # fmt: skip
    # And taken back, as nothing else is.
    found = re.search(r"/operations/op_\w+/undo", html.unescape(saved.text))
    assert found, saved.text
    assert found[0] in browser.get(f"{here}?tab=activity").text
    assert browser.post(found[0], headers=htmx).status_code == 200
    assert api.get("cy")["consent_status"] == "opted_out"
    title = api("PATCH", "cy", json={"title": "CEO", "status": "bounced"})
    both = f"/operations/{title.headers['Nimbus-Operation']}/undo"
    assert browser.post(both, headers=htmx).status_code == 403
    assert both not in browser.get(f"{here}?tab=activity").text
    assert browser.post(f"{here}/fields/consent", data=given, headers=htmx).status_code == 200
    # The row of a list, too, has no pencil for what would be refused.
    row = browser.post(f"{here}/fields/status", data={"v.status": "active", "at": "row"},
                       headers=htmx)  # fmt: skip
    assert (row.status_code, "/fields/" in row.text) == (200, False), row.text
    for field in ("title", "name", "owner_id", "company", "tags"):
        assert browser.get(f"{here}/fields/{field}").status_code == 403, field
        assert browser.post(f"{here}/fields/{field}", data={}).status_code == 403, field
    become(world, "viewer")
    assert browser.get(f"{here}/fields/consent").status_code == 403


def become(world: World, role: str) -> None:
    """Bob has another role."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "update membership set role = %s where workspace_id = %s and user_id = %s",
            [role, tx.workspace_id, world.bob.who.id],
        )


def _scopes(method: str, address: str) -> set[str]:
    """Those that are enough for the page's route at an address; none where there is no such."""
    path = address.partition("?")[0]
    for router in rooms.routers():
        for route in router.routes if isinstance(router, PageRouter) else ():
            assert isinstance(route, APIRoute)
            if method in route.methods and route.path_regex.match(path):
                told = route.openapi_extra or {}
                return {told[name] for name in (SCOPE, SCOPE_OR) if name in told}
    return set()
