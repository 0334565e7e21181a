"""Imports that meet: another import's companies and claims may go while one is being written."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import IdleInTransactionSessionTimeout

from nimbus.imports.find import find
from nimbus.imports.resume import resume
from nimbus.imports.stages import chunks, companies, lanes
from nimbus.imports.stages.run import run
from nimbus.imports.stages.turn import PauseAsked, Turn
from nimbus.intake import stages
from nimbus.jobs import Context, job
from nimbus.operations.undo_job import run_undo
from tests.conftest import World
from tests.imports.test_run import bring
from tests.imports.undoing import roll_back

ACME = "Email,Company,Domain\n{}@acme.com,Acme,acme.com\n"


def test_the_stretches_of_lanes_hold_every_key_once() -> None:
    for count in (1, 2, 3, 4):
        found = lanes.stretches(count)
        assert (found[0]["after"], found[-1]["until"]) == (None, None)
        assert [one["until"] for one in found[:-1]] == [one["after"] for one in found[1:]]
        assert all(str(UUID(one["until"])) == one["until"] for one in found[:-1])


def test_a_company_that_went_with_another_imports_rollback_is_made_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bring(world, ACME.format("ann"))
    second = bring(world, ACME.format("bob"), work=False)
    write = companies.write

    def written_then_paused(turn: Turn) -> None:
        write(turn)
        monkeypatch.setattr(companies, "write", write)
        raise PauseAsked

    monkeypatch.setattr(companies, "write", written_then_paused)
    run(world.instance, world.alice.who.workspace_id, second.id)
    assert "1 company was removed" in (roll_back(world, first).message or "")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        resume(tx, second.id)
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert find(tx, second.id).status == "complete"
        assert tx.column(
            "select k.domain from contact c join company k on k.id = c.company_id "
            "where c.email = 'bob@acme.com'"
        ) == ["acme.com"]


def test_a_claim_cannot_go_between_claiming_and_writing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bring(world, "Email,Title\nann@acme.com,CEO\n")
    second = bring(world, "Email,Title\nann@acme.com,CTO\n", work=False)
    undo = roll_back(world, first, work=False)
    context = Context(world.instance, world.alice.who.workspace_id)
    write_batch = stages.write_batch

    with ThreadPoolExecutor(1) as pool:

        def beside_a_rollback(*given: Any, **more: Any) -> Any:
            monkeypatch.setattr(stages, "write_batch", write_batch)
            pool.submit(
                run_undo.run, context, job_id=str(undo.job_id), operation_id=str(undo.id)
            )  # fmt: skip
            time.sleep(0.5)
            return write_batch(*given, **more)

        monkeypatch.setattr(stages, "write_batch", beside_a_rollback)
        run(world.instance, world.alice.who.workspace_id, second.id)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        [contact] = tx.rows("select email_key, is_deleted, assigned_until from contact")
        told = tx.row(
            "select state, until from registry_peek(%s, %s, %s)",
            [[contact["email_key"]], world.alice.client.id, tx.now],
        )
    assert told
    held = told["until"] if told["state"] == "mine" else None
    assert contact["assigned_until"] == held, "the contact's copy is what the registry has"


def test_a_worker_that_slept_in_the_middle_leaves_the_import_to_the_queue(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bring(world, ACME.format("ann"), work=False)

    def asleep(*_: Any) -> None:
        raise IdleInTransactionSessionTimeout("terminating connection")

    monkeypatch.setattr(chunks.stages, "write", asleep)
    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        run(world.instance, world.alice.who.workspace_id, made.id)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert find(tx, made.id).status == "segmenting"


def test_lanes_that_overlap_are_overtaken_after_one_batch(world: World) -> None:
    made = bring(world, ACME.format("ann"), work=False)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        old = job.begin(tx, made.job_id)
    writing, over = Event(), []

    def lane(delay: float) -> None:
        """Batches one after the other, until another runner has the job."""
        time.sleep(delay)
        while True:
            with world.door.workspace(world.alice.who.workspace_id) as tx:
                job.hold(tx, made.job_id, old)
                writing.set()
                time.sleep(0.2)
            over.append(time.monotonic())

    with ThreadPoolExecutor(2) as pool:
        lanes_of_old = [pool.submit(lane, delay) for delay in (0, 0.1)]
        assert writing.wait(10)
        time.sleep(0.15)  # From here on one of the two is always being written.
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            new = job.begin(tx, made.job_id)
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            job.wait(tx, made.job_id)
            job.hold(tx, made.job_id, new)
            begins = time.monotonic()
        for each in lanes_of_old:
            with pytest.raises(job.LostJob):
                each.result(timeout=5)
    assert max(over) < begins + 0.1, "the old runner wrote on"


def test_a_limit_on_contacts_is_counted_by_one_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two imports of two people each where only three may be: the second waits for the first."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set contacts_hard_limit = 3 where id = %s", [tx.workspace_id])
    imports = [
        bring(world, f"Email\na{n}@limit.example\nb{n}@limit.example\n", work=False) for n in (1, 2)
    ]
    counted, go_on, claim = Event(), Event(), stages.claim.claim

    def slowly(*given: Any, **more: Any) -> None:
        if not counted.is_set():
            counted.set()
            assert go_on.wait(10)
        claim(*given, **more)

    monkeypatch.setattr(stages.claim, "claim", slowly)
    with ThreadPoolExecutor(2) as pool:
        runs = []
        for each in imports:
            runs.append(pool.submit(run, world.instance, world.alice.who.workspace_id, each.id))
            assert counted.wait(10)
        time.sleep(0.5)
        assert not runs[1].done()
        go_on.set()
        for each in runs:
            each.result(timeout=20)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = [find(tx, each.id) for each in imports]
        assert tx.value("select count(*) from contact") == 3
    assert [(one.imported, one.errored) for one in found] == [(2, 0), (1, 1)]
