"""What is put off waits until it is quiet, but not for ever, and is done once, slice by slice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine

from nimbus import clock
from nimbus.db.door import Tx
from nimbus.jobs import Context, later
from tests.conftest import World

MOMENT, LONG = timedelta(seconds=5), timedelta(seconds=12)


def test_what_is_put_off_waits_until_it_is_quiet_and_is_done_once(world: World) -> None:
    done: list[tuple[list[UUID], datetime]] = []
    broken: list[bool] = []

    # The table of a room that has one.
    @later("tests.later", table="webhook_backlog", items="changes", quiet=MOMENT, longest=LONG)
    def work(tx: Tx, items: Sequence[UUID], at: datetime) -> None:
        if broken and len(done) == 1:
            raise RuntimeError("Killed.")
        done.append((list(items), at))

    def tx() -> Any:
        return world.door.workspace(world.alice.who.workspace_id)

    def put_off(items: list[UUID]) -> datetime:
        with tx() as one:
            one.run(
                "insert into webhook_backlog (workspace_id, changes, at) values (%s, %s, %s)",
                [one.workspace_id, items, one.now],
            )
            work.go_on(one)
            at: datetime = one.now
        return at

    def run(at: datetime) -> None:
        with time_machine.travel(at, tick=False):
            work.run(Context(world.instance, world.alice.who.workspace_id))

    work.size = 2
    with tx() as one:
        assert work.due(one) is None
    items = [uuid4() for _ in range(3)]
    start = clock.now()
    with time_machine.travel(start, tick=False):
        first = put_off(items)
    with time_machine.travel(start + timedelta(seconds=4), tick=False):
        second = put_off(items[:1])
    with tx() as one:
        assert work.due(one) == second + MOMENT
    run(first + MOMENT)
    assert done == [], "somebody wrote since"

    # Killed on the way, it goes on from where it stood.
    broken.append(True)
    with pytest.raises(RuntimeError):
        run(second + MOMENT)
    broken.clear()
    run(second + MOMENT)
    assert done == [(items[:2], first), (items[2:], first), (items[:1], second)]
    with tx() as one:
        assert work.due(one) is None

    # Whoever goes on writing does not put it off for ever.
    for seconds in (0, 4, 8):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            put_off(items[:1])
    with tx() as one:
        assert work.due(one) == start + LONG
