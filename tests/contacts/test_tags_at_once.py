"""Two who change tags at one instant wait for each other, also where one takes a change back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from nimbus.contacts.tags import tags
from nimbus.db import ids
from nimbus.operations import undoing
from nimbus.operations.undoing import undo_operation
from tests.conftest import World
from tests.contacts.contact_rows import add_contact
from tests.scoring.people import work_all

TAGS = "/api/v1/tags/"


def renamed(http: TestClient, world: World, old: str, new: str) -> Any:
    return http.post(f"{TAGS}rename/", json={"from": old, "to": new}, headers=world.alice.headers)


def prepared(http: TestClient, world: World) -> UUID:
    """Two tags with a colour, carried by somebody; `warm` was renamed to `hot`, by an operation."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, tags=["warm"])
        add_contact(tx, tags=["cold"])
    for name in ("warm", "cold"):
        answer = http.patch(f"{TAGS}{name}/", json={"colour": "blue"}, headers=world.alice.headers)
        assert answer.status_code == 200, answer.text
    answer = renamed(http, world, "warm", "hot")
    return ids.read("op", answer.headers["nimbus-operation"])


def listed(http: TestClient, world: World) -> dict[str, int]:
    found = http.get(TAGS, headers=world.alice.headers).json()["data"]
    return {tag["name"]: tag["contacts"] for tag in found}


def test_a_rename_waits_for_an_undo_and_merges(http: TestClient, world: World) -> None:
    operation = prepared(http, world)
    with ThreadPoolExecutor(1) as beside:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            undo_operation(tx, world.alice.who, "api", operation)
            later = beside.submit(renamed, http, world, "cold", "warm")
            assert not wait([later], timeout=0.5).done
        answer = later.result(timeout=20)
    assert (answer.status_code, answer.json()["merged"]) == (200, 1), answer.text
    assert listed(http, world) == {"warm": 2}


def test_an_undo_waits_for_a_rename_and_tells_what_stays(http: TestClient, world: World) -> None:
    operation = prepared(http, world)
    address = f"/api/v1/operations/{ids.show('op', operation)}/undo/"
    with ThreadPoolExecutor(1) as beside:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            tags.rename(tx, world.alice.who, "cold", "warm")
            later = beside.submit(http.post, address, headers=world.alice.headers)
            assert not wait([later], timeout=0.5).done
        answer = later.result(timeout=20)
    assert answer.status_code == 200, answer.text
    # The tag keeps its name, which the other has; who carried it has the old one again.
    assert listed(http, world) == {"hot": 0, "warm": 2}


def test_no_tag_is_changed_while_a_job_takes_a_change_back(
    http: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    undone = f"/api/v1/operations/{ids.show('op', prepared(http, world))}/undo/"
    monkeypatch.setattr(undoing, "INLINE", 1)
    for _ in ("the rename", "the undo of it"):
        begun = http.post(undone, headers=world.alice.headers)
        assert begun.status_code == 202, begun.text
        gone = http.delete(f"{TAGS}cold/?force=true", headers=world.alice.headers)
        for refused in (renamed(http, world, "cold", "ice"), gone):
            assert refused.status_code == 409, refused.text
            assert "Wait for that job" in refused.json()["error"]["message"]
        work_all(world)
        undone = f"/api/v1/operations/{begun.json()['operation']['id']}/undo/"
    assert renamed(http, world, "cold", "ice").status_code == 200
    assert listed(http, world) == {"hot": 1, "ice": 1}
