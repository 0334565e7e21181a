"""Who asks and whether they may comes before everything else, of every route there is (S3-58)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from nimbus import rooms
from nimbus.access import SCOPES
from nimbus.access.keys import issue
from nimbus.web.route import SCOPE, SCOPE_OR, ApiRouter, PageRouter
from tests.conftest import World

# Each is wrong for every operation that reads a body; what reads none does not care.
GARBAGE: list[tuple[str, bytes]] = [
    ("application/json", b"{nonsense"),
    ("application/json", b"[1]"),
    ("application/json", b'{"nobody": "knows"}'),
    ("application/x-www-form-urlencoded", b'{"a": 1}'),
    ("multipart/form-data; boundary=x", b"nonsense"),
    ("text/plain", b"x"),
]


@dataclass(frozen=True)
class Known:
    method: str
    path: str
    scope: str
    other: str = ""

    @property
    def url(self) -> str:
        """With something in the place of each parameter; it need not be there."""
        return self.path.replace("{key}", "emails").replace("{", "").replace("}", "")


def routes(kind: type[ApiRouter] | type[PageRouter]) -> Iterator[Known]:
    for router in rooms.routers():
        if not isinstance(router, kind):
            continue
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in route.methods:
                told = route.openapi_extra or {}
                yield Known(method, route.path, told[SCOPE], told.get(SCOPE_OR, ""))


def test_every_route_of_the_api_names_a_scope() -> None:
    found = list(routes(ApiRouter))
    assert len(found) > 30
    assert {one.scope for one in found} <= set(SCOPES)


@pytest.mark.parametrize(("media", "body"), GARBAGE, ids=[media for media, _ in GARBAGE])
def test_garbage_without_a_key_or_scope(
    world: World, http: TestClient, media: str, body: bytes
) -> None:
    """No key: 401. A key that lacks the scope: 403 that names it. Whatever the body is."""
    found = list(routes(ApiRouter))
    keys = {scope: _key_with(world, scope) for scope in ("admin:gdpr", "fields:read")}
    wrong = []
    for one in found:
        without = next(key for scope, key in keys.items() if scope != one.scope)
        for headers, expected in (({}, 401), ({"authorization": f"Bearer {without}"}, 403)):
            given = {**headers, "content-type": media}
            for query in ("", "?page_size=none&cursor=x&nobody=knows&client_id=x&status=x"):
                answer = http.request(one.method, one.url + query, content=body, headers=given)
                told = answer.json()["error"].get("scope")
                if answer.status_code != expected or (expected == 403 and told != one.scope):
                    wrong.append(f"{one}{query}: {answer.status_code} {answer.text}")
    assert wrong == []


def test_a_key_with_the_scope_is_told_what_is_wrong(world: World, http: TestClient) -> None:
    """The same bodies are refused as such where they are read at all: the test can fail."""
    for path in ("/api/v1/scoring-model/", "/api/v1/icp-tier-rules/"):
        for media, body in GARBAGE:
            headers = {**world.alice.headers, "content-type": media}
            answer = http.put(path, content=body, headers=headers)
            assert answer.status_code == 400, (media, answer.text)


def test_pages_ask_for_the_scope_before_they_read_a_form(world: World, browser_of) -> None:
    bob = browser_of(world.bob)
    wrong = []
    asked = [one for one in routes(PageRouter) if one.scope not in world.bob.who.scopes]
    assert len(asked) > 10
    for one in asked:
        for media, body in GARBAGE[-3:]:
            answer = bob.request(one.method, one.url, content=body, headers={"content-type": media})
            if answer.status_code != 403 or one.scope not in answer.text:
                wrong.append(f"{one}: {answer.status_code}")
    assert wrong == []


def _key_with(world: World, scope: str) -> str:
    """A key that may do this and nothing else."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        _, key = issue(tx, world.alice.who, f"Only {scope}", [scope])
    return key
