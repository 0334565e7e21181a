"""kill -9 anywhere in a scan, or of a process that helps it, and it ends as if nothing had
happened."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from typing import Any

import pytest

from nimbus.duplicates import scan
from nimbus.jobs import Context, job, processes
from tests.conftest import World
from tests.duplicates.killed import scan_until
from tests.duplicates.test_finder import CSV, EXPECTED
from tests.imports.test_run import bring
from tests.killing import ended


def _found(world: World) -> Any:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from duplicate_block") == 0
        return tx.rows(
            "select one_id, other_id, score, verdict, state from duplicate_pair order by 1, 2"
        )


def test_a_scan_killed_at_any_batch_goes_on(world: World) -> None:
    bring(world, CSV)
    workspace = world.alice.who.workspace_id
    expected: Any = None
    # Nobody is killed in the zeroth; 12 people in batches of 3, then the blocks, then the end.
    for nth in (0, 3, 7):
        with world.door.workspace(workspace) as tx:
            tx.run("delete from duplicate_pair where workspace_id = %s", [workspace])
            tx.run("delete from duplicate_keys where workspace_id = %s", [workspace])
            job_id = scan.start(tx, world.alice.who)
        told = {
            "data": str(world.instance.settings.data), "app": world.instance.logins.app,
            "migrate": world.instance.logins.migrate, "workspace": str(workspace),
            "job": str(job_id),
        }  # fmt: skip
        if nth:
            assert ended(scan_until, nth, told) == -signal.SIGKILL, nth
            with world.door.workspace(workspace) as tx:
                found = job.find(tx, job_id)
                assert found
                assert found.status == "running"
                assert bool(found.done) is (nth > 1)
        scan.scan.run(Context(world.instance, workspace), job_id=str(job_id))
        with world.door.workspace(workspace) as tx:
            done = job.find(tx, job_id)
        assert done
        assert (done.status, done.message) == ("done", "4 pairs among 12 contacts")
        expected = expected or _found(world)
        assert len(expected) == len(EXPECTED)
        assert _found(world) == expected, f"killed in batch {nth}"


@pytest.mark.parametrize("killed", [False, True])
def test_a_scan_outlives_the_processes_that_help_it(
    world: World, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    bring(world, CSV)
    monkeypatch.setattr(scan, "PEOPLE", 3)
    monkeypatch.setattr(scan, "LEAST_PEOPLE", 1)
    monkeypatch.setattr(processes, "_places", threading.Semaphore(2))
    batch, seen = scan._batch, set()

    def watched(*given: Any) -> bool:
        children = {child.pid for child in multiprocessing.active_children() if child.pid}
        seen.update(children)
        for child in children if killed else ():
            os.kill(child, signal.SIGKILL)
        return batch(*given)

    monkeypatch.setattr(scan, "_batch", watched)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job_id = scan.start(tx, world.alice.who)
    scan.scan.run(Context(world.instance, world.alice.who.workspace_id), job_id=str(job_id))
    assert len(seen) == 2
    assert len(_found(world)) == len(EXPECTED)
