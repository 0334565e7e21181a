"""Halting an import and going on with it (G-05): by the API, by the page, and while it runs."""

from __future__ import annotations

from typing import Any

import pytest

from nimbus.db import ids
from nimbus.imports.cancel import cancel
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.imports.pause import pause
from nimbus.imports.resume import resume
from nimbus.imports.stages.run import run
from nimbus.jobs import LostJob, job
from nimbus.problems import Problem
from tests.conftest import World
from tests.imports.conftest import IMPORTS
from tests.imports.one_by_one import one_by_one
from tests.imports.test_run import bring

ALICE = "Paused by alice@acme.test. Resume it to go on from here."


def _do(world: World, what: Any, made: ImportJob, *more: Any) -> ImportJob:
    return world.door.attempt(world.alice.who.workspace_id, lambda tx: what(tx, made.id, *more))  # type: ignore[no-any-return]


def test_bob_may_not_and_charlie_finds_nothing(api: Any, upload: Any, world: World) -> None:
    url = f"{IMPORTS}{upload()[1]['id']}/"
    assert api("POST", f"{url}pause/", world.bob)[0] == 403
    assert api("POST", f"{url}pause/", world.charlie)[0] == 404
    assert api("GET", url)[1]["status"] == "queued"


def test_a_queued_import_waits_until_it_is_resumed(api: Any, upload: Any, world: World) -> None:
    url = f"{IMPORTS}{upload()[1]['id']}/"
    status, told = api("POST", f"{url}pause/")
    assert (status, told["status"], told["stage"]) == (200, "paused", None)
    assert told["message"].startswith("Paused by ")
    assert api("POST", f"{url}pause/") == (200, told)
    world.work()
    assert api("GET", url)[1] == told
    status, told = api("POST", f"{url}resume/")
    assert (status, told["status"], told["message"]) == (200, "queued", None)
    assert api("POST", f"{url}resume/")[0] == 409
    world.work()
    told = api("GET", url)[1]
    assert (told["status"], told["imported"]) == ("complete", 3)
    for action in ("pause", "resume"):
        status, refused = api("POST", f"{url}{action}/")
        assert (status, refused["error"]["code"]) == (409, "conflict")
        assert "complete" in refused["error"]["message"]


def test_one_that_waits_for_its_mapping_has_nothing_to_pause(world: World) -> None:
    made = bring(world, confirm=True)
    with pytest.raises(Problem, match="waits for its mapping"):
        _do(world, pause, made, "Alice")


def _running(world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: Any) -> ImportJob:
    """`meanwhile` happens within the first batch that is written, of one email."""
    one_by_one(monkeypatch, lambda: meanwhile(made))
    made = bring(world, work=False)
    run(world.instance, world.alice.who.workspace_id, made.id)
    return _do(world, find, made)


def test_one_that_runs_pauses_with_its_batch_and_goes_on_after_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(made: ImportJob) -> None:
        asked = _do(world, pause, made, "alice@acme.test")
        assert (asked.status, asked.pause_asked) == ("segmenting", "alice@acme.test")
        assert "once the batch" in (asked.message or "")
        with pytest.raises(Problem, match="Resume it when it is paused"):
            _do(world, resume, made)

    held = _running(world, monkeypatch, meanwhile)
    assert (held.status, held.stage, held.imported) == ("paused", "segmenting", 1)
    assert (held.message, held.pause_asked) == (ALICE, None)
    with pytest.raises(LostJob):
        run(world.instance, world.alice.who.workspace_id, held.id)
    assert _do(world, pause, held, "Bob") == held
    assert _do(world, resume, held).message is None
    world.work()
    done = _do(world, find, held)
    assert (done.status, done.message, done.imported, done.decided) == ("complete", None, 2, 5)


def test_a_cancel_goes_before_a_pause(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(made: ImportJob) -> None:
        _do(world, pause, made, "Alice")
        _do(world, cancel, made)
        with pytest.raises(Problem, match="being cancelled"):
            _do(world, pause, made, "Alice")

    assert _running(world, monkeypatch, meanwhile).status == "cancelled"


def test_one_whose_worker_was_killed_pauses_at_once(world: World) -> None:
    made = bring(world, work=False)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        runner = job.begin(tx, made.job_id)
    assert _do(world, pause, made, "alice@acme.test").message == ALICE
    with (
        pytest.raises(LostJob),
        world.door.workspace(world.alice.who.workspace_id) as tx,
    ):
        job.hold(tx, made.job_id, runner)
    with pytest.raises(LostJob):
        run(world.instance, world.alice.who.workspace_id, made.id)


def test_the_page_has_a_button_for_each(world: World, browser_of: Any) -> None:
    made = bring(world, work=False)
    url = f"/imports/{ids.show('imp', made.id)}"
    alice = browser_of(world.alice)
    assert f'action="{url}/pause"' in alice.get(url).text
    for _ in range(2):  # the second click of two
        assert alice.post(f"{url}/pause").status_code == 303
    page = alice.get(url).text
    assert "Resume it to go on from here." in page
    assert f'action="{url}/resume"' in page
    assert f'action="{url}/pause"' not in page
    assert alice.post(f"{url}/resume").status_code == 303
    bob = browser_of(world.bob)
    assert f'action="{url}/pause"' not in bob.get(url).text
    assert bob.post(f"{url}/pause").status_code == 403
