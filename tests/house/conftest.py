"""A world in which Alice and Charlie each have at least one of everything."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from nimbus.db import ids
from tests.conftest import Person, World
from tests.house.kinds import ids_of
from tests.house.openapi import Operation, operations
from tests.imports.test_run import bring


@dataclass(frozen=True)
class Populated:
    """The world, with the ids of each kind that belong to Alice's and to Charlie's workspace."""

    world: World
    alices: dict[ids.Prefix, list[str]]
    charlies: dict[ids.Prefix, list[str]]


@pytest.fixture
def api(http: TestClient) -> list[Operation]:
    assert isinstance(http.app, FastAPI)
    found = operations(http.app.openapi())
    assert len(found) > 30
    return found


@pytest.fixture
def populated(world: World, http: TestClient) -> Populated:
    for person, name in ((world.alice, "alice"), (world.charlie, "charlie")):
        _settle(http, world, person, name)
    return Populated(world, *(_ids(world, person) for person in (world.alice, world.charlie)))


def _settle(http: TestClient, world: World, person: Person, name: str) -> None:
    """One of everything, made the way a customer makes it."""
    made = {
        "custom-fields": {"name": f"{name}s_stage", "field_type": "string"},
        "suppressions": {"emails": [f"no@{name}-example.com"], "reason": "manual"},
        "suppression-domains": {"domains": [f"no-{name}-example.com"], "reason": "manual"},
        "field-mappings": {"name": name, "columns": [{"header": "Email", "field": "email"}]},
        "keys": {"name": "second", "scopes": ["contacts:read"]},
        # Nobody listens there: what is sent stays in the log as a failure.
        "webhooks": {"url": f"http://127.0.0.1:1024/{name}", "event_types": ["contact.created"]},
    }
    for collection, body in made.items():
        answer = http.post(f"/api/v1/{collection}/", json=body, headers=person.headers)
        assert answer.status_code in (200, 201), f"{collection}: {answer.text}"
    domain = f"{name}-example.com"
    text = f"Email,First name,Company,Domain\nanna@{domain},Anna,{name},{domain}\nbad,,,\n"
    assert bring(world, text, person).imported == 1


def _ids(world: World, person: Person) -> dict[ids.Prefix, list[str]]:
    with world.door.workspace(person.who.workspace_id) as tx:
        return ids_of(tx)
