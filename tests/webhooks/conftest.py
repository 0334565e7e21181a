"""Webhooks of Alice's, what they are sent, and changes for them to tell of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.db.instance import Instance
from tests.conftest import World
from tests.webhooks.receiver import Receiver, receiver

Hook = dict[str, Any]
Subscribe = Callable[..., Hook]


@pytest.fixture
def instance(instance: Instance) -> Instance:
    """One that tries again at once, three times."""
    quick = instance.settings.model_copy(update={"webhooks_retries": (0.0, 0.0, 0.0)})
    return replace(instance, settings=quick)


@pytest.fixture
def here() -> Iterator[Receiver]:
    with receiver() as opened:
        yield opened


@pytest.fixture
def call(world: World, http: TestClient) -> Callable[..., Any]:
    """`call(method, path, status=200, …)` as Alice's program; answers the JSON."""

    def call(method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = http.request(
            method, f"/api/v1/webhooks/{path}", headers=world.alice.headers, **more
        )
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    return call


@pytest.fixture
def subscribe(call: Callable[..., Any], here: Receiver) -> Subscribe:
    """A webhook to the receiver, for contacts unless it says otherwise."""

    def subscribe(*types: str, **more: Any) -> Hook:
        body = {"url": here.url, "event_types": types or ["contact.created"], **more}
        made: Hook = call("POST", "", 201, json=body)
        return made

    return subscribe
