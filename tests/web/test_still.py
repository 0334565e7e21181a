"""A key that is revoked while a body comes in writes nothing with it."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.access import keys
from nimbus.web import still
from tests.conftest import World
from tests.webhooks.apart import apart


@apart
def test_a_slow_body_needs_its_key_to_its_end(
    world: World, http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = world.alice
    assert _created(world, http, alice.key, "fast@example.com") == 201
    monkeypatch.setattr(still, "MOMENT_SECONDS", 0.0)
    assert _created(world, http, alice.key, "slow@example.com") == 201
    with world.door.workspace(alice.who.workspace_id) as tx:
        id, key = keys.issue(tx, alice.who, "soon revoked", ["contacts:write"])
    assert _created(world, http, key, "late@example.com", revoking=id) == 401
    with world.door.workspace(alice.who.workspace_id) as tx:
        assert not tx.value("select count(*) from contact where email like 'late%%'")


def _created(world: World, http: TestClient, key: str, email: str, revoking: Any = None) -> int:
    """The status of a create; the key may be revoked before the last of its body comes."""
    body = b'{"email": "%s"}' % email.encode()
    parts, answers = [body[:5], body[5:]], []

    async def receive() -> MutableMapping[str, Any]:
        part = parts.pop(0)
        if not parts and revoking:
            with world.door.workspace(world.alice.who.workspace_id) as tx:
                assert keys.revoke(tx, revoking)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: MutableMapping[str, Any]) -> None:
        answers.append(message)

    told = {
        "authorization": f"Bearer {key}", "content-type": "application/json",
        "content-length": str(len(body)),
    }  # fmt: skip
    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/contacts/", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        "client": ("127.0.0.1", 1), "server": ("testserver", 80), "scheme": "http",
        "http_version": "1.1", "root_path": "", "raw_path": b"/api/v1/contacts/",
    }  # fmt: skip
    asyncio.run(http.app(scope, receive, send))  # type: ignore[arg-type]
    status: int = answers[0]["status"]
    return status
