"""A world in which Alice and Charlie each have at least one of everything."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from nimbus import operations as log
from nimbus.contacts import vocabulary
from nimbus.contacts.listing import columns_kept
from nimbus.contacts.listing.columns import USUAL, usual
from nimbus.db import ids
from nimbus.duplicates.look import look
from nimbus.duplicates.merge import Wanted, merge
from nimbus.engagement.append import append
from nimbus.engagement.event import NewEvent
from nimbus.fields.read import catalogue
from nimbus.home.count import count
from nimbus.operations import sealing
from nimbus.suppression import EMAILS, file_run
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
def api(http: TestClient, app: FastAPI) -> list[Operation]:
    found = operations(app.openapi())
    assert len(found) > 30
    return found


@pytest.fixture
def populated(world: World, http: TestClient) -> Populated:
    for person, name in ((world.alice, "alice"), (world.charlie, "charlie")):
        _settle(http, world, person, name)
    return Populated(world, *(_ids(world, person) for person in (world.alice, world.charlie)))


def one_of_each(name: str) -> dict[str, dict[str, Any]]:
    """Of what the API makes by itself, one each: collection and body."""
    return {
        "custom-fields": {"name": f"{name}s_stage", "field_type": "string"},
        "suppressions": {"emails": [f"no@{name}-example.com"], "reason": "manual"},
        "suppression-domains": {"domains": [f"no-{name}-example.com"], "reason": "manual"},
        "field-mappings": {"name": name, "columns": [{"header": "Email", "field": "email"}]},
        "keys": {"name": "second", "scopes": ["contacts:read"]},
        "invitations": {"email": f"new@{name}-example.com", "role": "viewer"},
        "tags": {"name": f"{name}s_tag", "colour": "blue"},
        "segments": {"name": f"{name}s list", "kind": "static"},
        "saved-views": {"name": f"{name}s view", "is_shared": True},
        # Nobody listens there: what is sent stays in the log as a failure.
        "webhooks": {"url": f"http://127.0.0.1:1024/{name}", "event_types": ["contact.created"]},
    }


def _settle(http: TestClient, world: World, person: Person, name: str) -> None:
    """One of everything, made the way a customer makes it."""
    for collection, body in one_of_each(name).items():
        headers = {**person.headers, "Idempotency-Key": name}
        answer = http.post(f"/api/v1/{collection}/", json=body, headers=headers)
        assert answer.status_code in (200, 201), f"{collection}: {answer.text}"
    domain = f"{name}-example.com"
    header, tag = "Email,First name,Company,Domain,Tags", f"{name}s_tag"
    others = f"anne@{domain},Anne,,,\nanna+twin@{domain},Anna,{name},{domain},\nbad,,,,\n"
    text = f"{header}\nanna@{domain},Anna,{name},{domain},{tag}\n{others}"
    assert bring(world, text, person).imported == 3
    contact = http.get("/api/v1/contacts/", headers=person.headers).json()["data"][0]["id"]
    answer = http.post("/api/v1/exports/", json={}, headers=person.headers)
    assert answer.status_code == 200, answer.text
    logged = {"notes": {"body": name}, "tasks": {"title": name}, "deals": {"name": name}}
    for collection, body in logged.items():
        path = f"/api/v1/contacts/{contact}/{collection}/"
        answer = http.post(path, json=body, headers=person.headers)
        assert answer.status_code == 201, f"{collection}: {answer.text}"
    lines = {"status": "ready", "lines": {"opening": name}, "source": name}
    path = f"/api/v1/contacts/{contact}/personalization/"
    assert http.put(path, json=lines, headers=person.headers).is_success
    with world.door.workspace(person.who.workspace_id) as tx:
        opened = NewEvent(ids.read("cont", contact), "opened", tx.now, "email", key="email:1")
        append(tx, log.start(tx, person.who, "events.append", "worker"), [opened])
        anna, anne, _ = tx.column("select id from contact order by email = 'anna@' || "
                                     "email_domain desc, first_name desc")  # fmt: skip
        merge(tx, person.who, "worker", Wanted(anna, (anne,)))
        look(tx, tx.column("select id from contact where not is_deleted"))
        vocabulary.learn_some(tx)
        listed = BytesIO(f"Email\nfiled@{domain}\n".encode())
        file_run.bring(tx, world.instance, person.who, EMAILS, listed, name, reason="manual",
                       note="")  # fmt: skip
        count(tx)
        columns = usual(USUAL, list(catalogue(tx)))
        columns_kept.keep(tx, person.who, columns_kept.EVERYBODY, columns)
    own = _ids(world, person)
    members = f"/api/v1/segments/{own['seg'][0]}/members/"
    assert http.post(members, json={"add": own["cont"]}, headers=person.headers).is_success
    # The second time it is unchanged, which is noted.
    for _ in range(2):
        tag = {"action": "tags", "options": {"add": [f"{name}s_own"]}}
        assert http.post("/api/v1/bulk/", json=tag, headers=person.headers).is_success
    here = world.instance
    key, workspace = here.secrets.key("audit"), person.who.workspace_id
    assert sealing.seal_now(here.door, here.settings.data, key, workspace)


def _ids(world: World, person: Person) -> dict[ids.Prefix, list[str]]:
    with world.door.workspace(person.who.workspace_id) as tx:
        return ids_of(tx)
