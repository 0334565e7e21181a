"""What a workspace learns of others is counted and logged (D-15)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from nimbus import clock
from nimbus.accounts.registry_ask import KIND, note_registry_ask
from nimbus.problems import Problem
from nimbus.settings import Settings
from tests.conftest import Person, World

THREE = Settings(registry_asks=3)


def ask(world: World, person: Person) -> None:
    with world.door.workspace(person.who.workspace_id) as tx:
        note_registry_ask(tx, person.who, THREE, "api", "A look-up")


def test_each_is_logged_with_who_and_what(world: World) -> None:
    ask(world, world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.rows("select actor_id, through, why from operation where kind = %s", [KIND])
    assert found == [{"actor_id": world.alice.who.id, "through": "api", "why": "A look-up"}]


def test_a_workspace_asks_so_often_an_hour_and_no_more(world: World) -> None:
    for person in (world.alice, world.bob, world.alice):
        ask(world, person)
    with pytest.raises(Problem, match="3 times within an hour") as refused:
        ask(world, world.bob)
    assert refused.value.code == "rate_limited"
    assert 3500 < refused.value.more["retry_after"] <= 3600
    ask(world, world.charlie)
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=True):
        ask(world, world.bob)


def test_a_refusal_says_when_to_try_again(world: World, http) -> None:
    from starlette.requests import Request

    from nimbus.web.errors import answer

    scope = {"type": "http", "path": "/api/v1/x/", "headers": [], "query_string": b"",
             "method": "GET", "server": ("x", 80), "scheme": "http"}  # fmt: skip
    told = answer(Request(scope), Problem("rate_limited", "Wait.", retry_after=7))
    assert (told.status_code, told.headers["retry-after"]) == (429, "7")


def test_a_look_up_of_an_address_is_booked(world: World, browser_of: Any) -> None:
    person = browser_of(world.alice)
    assert person.get("/suppression/platform?email=zoe@acme.com").status_code == 200
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (found,) = tx.rows("select kind, why, actor_id from operation where kind = %s", [KIND])
    # The log keeps that somebody asked, not about whom.
    assert found == {"kind": KIND, "why": "A look-up", "actor_id": world.alice.who.id}
