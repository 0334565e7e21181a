"""A long job whose entry in the queue was lost is deferred again (G-05)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from nimbus.imports.find import find
from nimbus.jobs import heal, job
from nimbus.scoring.rescore import start
from tests.conftest import Person, World
from tests.imports.test_run import bring


def _forget_queue(world: World, person: Person) -> None:
    with world.door.workspace(person.who.workspace_id) as tx:
        tx.run("delete from procrastinate_jobs")


def _queued(world: World) -> list[str]:
    with world.door.platform() as tx:
        return tx.column("select task_name from procrastinate_jobs order by id")


def _rescore(world: World, person: Person) -> UUID:
    with world.door.workspace(person.who.workspace_id) as tx:
        return start(tx, person.who, "The rules have changed")


def _status(world: World, person: Person, job_id: UUID) -> str:
    with world.door.workspace(person.who.workspace_id) as tx:
        found = job.find(tx, job_id)
    assert found
    return found.status


def test_a_worker_that_starts_goes_on_with_what_the_queue_lost(world: World) -> None:
    made = bring(world, work=False)
    scored = _rescore(world, world.charlie)
    _forget_queue(world, world.alice)
    assert _queued(world) == []
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        done = find(tx, made.id)
    assert (done.status, done.imported) == ("complete", 2)
    assert _status(world, world.charlie, scored) == "done"


def test_each_lost_job_is_deferred_once_and_with_its_lock(world: World) -> None:
    made = bring(world, work=False)
    _rescore(world, world.charlie)
    assert heal(world.instance) == 0
    _forget_queue(world, world.alice)
    assert heal(world.instance) == 2
    assert heal(world.instance) == 0
    assert sorted(_queued(world)) == ["imports.run", "scoring.rescore"]
    with world.door.platform() as tx:
        locks = tx.column("select lock from procrastinate_jobs order by lock")
    assert locks == [f"import:{made.id}", f"scoring:{world.charlie.who.workspace_id}"]


def _pause(world: World, job_id: UUID) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job.finish(tx, job_id, "paused", "Something is to be done")


def _finish(world: World, job_id: UUID) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job.finish(tx, job_id, "failed", "The file is broken")


@pytest.mark.parametrize("settle", [_pause, _finish])
def test_what_waits_for_somebody_or_is_over_stays_so(
    world: World, settle: Callable[[World, UUID], None]
) -> None:
    made = bring(world, work=False)
    _forget_queue(world, world.alice)
    settle(world, made.job_id)
    assert heal(world.instance) == 0
    assert _queued(world) == []


def test_what_waits_for_its_mapping_is_left_alone(world: World) -> None:
    made = bring(world, confirm=True)
    assert made.status == "awaiting_mapping"
    assert heal(world.instance) == 0


def test_a_batch_that_is_being_written_is_a_live_job(world: World) -> None:
    made = bring(world, work=False)
    _forget_queue(world, world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        runner = job.begin(tx, made.job_id)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job.hold(tx, made.job_id, runner)
        assert heal(world.instance) == 0
    assert heal(world.instance) == 1
