"""So many imports of a workspace run at once; the others wait, say so, and start by themselves."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from nimbus.db import ids
from nimbus.imports import task
from nimbus.imports.cancel import cancel
from nimbus.imports.find import recent
from nimbus.imports.import_job import ImportJob
from nimbus.imports.stages import run as stages
from nimbus.jobs import Context, heal, job, slots
from tests.conftest import Person, World
from tests.imports.test_run import bring

WAITS = "Waiting for 2 running imports of this workspace."


def _seen(world: World, person: Person) -> list[ImportJob]:
    """The person's imports, oldest first."""
    with world.door.workspace(person.who.workspace_id) as tx:
        return recent(tx)[::-1]


def _entries(world: World) -> int:
    with world.door.platform() as tx:
        return tx.value("select count(*) from procrastinate_jobs")  # type: ignore[no-any-return]


def _take_up(world: World, *brought: ImportJob) -> None:
    """What a worker does with the entry of each, as far as it may; killed right after."""
    for made in brought:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            if not slots.take(tx, made.job_id, 2):
                job.begin(tx, made.job_id)
    with world.door.platform() as tx:
        tx.run("delete from procrastinate_jobs")


def test_fifty_of_one_workspace_hold_up_nobody_elses(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: set[Any] = set()
    most: list[int] = []
    order: list[str] = []
    alone = threading.Lock()
    through = stages._go_through

    def watched(turn: Any) -> None:
        mine = turn.workspace_id == world.alice.who.workspace_id
        with alone:
            order.append("alice" if mine else "charlie")
            if mine:
                running.add(turn.import_id)
                most.append(len(running))
        time.sleep(0.1)
        through(turn)
        running.discard(turn.import_id)

    monkeypatch.setattr(stages, "_go_through", watched)
    for _ in range(12):
        bring(world, work=False)
    bring(world, person=world.charlie, work=False)
    world.work()
    assert {one.status for one in _seen(world, world.alice)} == {"complete"}
    assert {one.message for one in _seen(world, world.alice)} == {None}
    assert max(most) == 2
    assert "charlie" in order[:4]


def test_one_that_waits_says_for_how_many_and_starts_when_one_ends(
    world: World, browser_of: Any
) -> None:
    first, second, third, fourth = (bring(world, work=False) for _ in range(4))
    _take_up(world, first, second)
    task.run_import.run(_context(world), import_id=str(third.id), job_id=str(third.job_id))
    task.run_import.run(_context(world), import_id=str(fourth.id), job_id=str(fourth.job_id))
    held = _seen(world, world.alice)
    assert [one.status for one in held[2:]] == ["queued", "queued"]
    assert held[2].message == WAITS
    assert _entries(world) == 0, "a held import takes nobody's time"
    page = browser_of(world.alice).get(f"/imports/{ids.show('imp', third.id)}").text
    assert WAITS in page
    # Nobody else's entry is missing: those that run are what is lost, and go on.
    assert heal(world.instance) == 2
    world.work()
    assert {one.status for one in _seen(world, world.alice)} == {"complete"}


def _context(world: World) -> Context:
    return Context(world.instance, world.alice.who.workspace_id)


def test_a_slot_is_not_lost_with_the_one_that_had_it(world: World) -> None:
    """Whoever was to call those that wait was killed: `heal` calls the first."""
    made = [bring(world, work=False) for _ in range(4)]
    _take_up(world, *made)
    for one in made[:2]:
        world.door.attempt(world.alice.who.workspace_id, lambda tx, one=one: cancel(tx, one.id))
    assert _entries(world) == 0
    assert heal(world.instance) == 1
    world.work()
    assert [one.status for one in _seen(world, world.alice)] == [
        "cancelled", "cancelled", "complete", "complete",
    ]  # fmt: skip


def test_who_comes_later_does_not_go_first(world: World) -> None:
    first, second, third = (bring(world, work=False) for _ in range(3))
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job.begin(tx, first.job_id)
        assert slots.take(tx, third.job_id, 2) == 2, "the second has not begun, and goes before it"
        assert slots.take(tx, second.job_id, 2) == 0
        job.begin(tx, second.job_id)
        assert slots.take(tx, second.job_id, 1) == 0, "who has a slot keeps it"
