"""Imports that meet: another import's companies and claims may go while one is being written."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
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
from nimbus.jobs import Context
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
