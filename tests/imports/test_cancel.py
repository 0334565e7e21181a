"""Ending an import before its end (D-02), by the API, by the page, and while it runs."""

from __future__ import annotations

from typing import Any

import pytest

from nimbus.db import ids
from nimbus.imports.cancel import cancel
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.imports.stages import report
from nimbus.imports.stages.run import run
from nimbus.jobs import LostJob, job
from nimbus.problems import Problem
from tests.conftest import World
from tests.imports.conftest import IMPORTS
from tests.imports.one_by_one import one_by_one
from tests.imports.test_run import bring

CONFIRMED = {"confirm": True}


def _find(world: World, made: ImportJob) -> ImportJob:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return find(tx, made.id)


def _left(world: World, made: ImportJob) -> tuple[int, int, str]:
    """Staged rows, companies on their way, and the state of the job."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = job.find(tx, made.job_id)
        assert found
        return (
            tx.value("select count(*) from import_stage"),
            tx.value("select count(*) from import_company"),
            found.status,
        )


def _cancel(world: World, made: ImportJob) -> ImportJob:
    return world.door.attempt(world.alice.who.workspace_id, lambda tx: cancel(tx, made.id))


def test_bob_may_not_and_charlie_finds_nothing(api: Any, upload: Any, world: World) -> None:
    made = upload()[1]
    url = f"{IMPORTS}{made['id']}/cancel/"
    assert api("POST", url, world.bob)[0] == 403
    assert api("POST", url, world.charlie)[0] == 404
    assert api("GET", f"{IMPORTS}{made['id']}/")[1]["status"] == "queued"


def test_a_queued_import_is_cancelled_and_never_runs(api: Any, upload: Any, world: World) -> None:
    made = upload()[1]
    status, told = api("POST", f"{IMPORTS}{made['id']}/cancel/")
    assert (status, told["status"]) == (200, "cancelled")
    assert told["message"] == "It was cancelled before anything was written."
    assert told["finished_at"]
    world.work()
    assert api("GET", f"{IMPORTS}{made['id']}/")[1] == told
    for action in ("resume", "cancel"):
        status, refused = api("POST", f"{IMPORTS}{made['id']}/{action}/")
        assert (status, refused["error"]["code"]) == (409, "conflict")
        assert "cancelled" in refused["error"]["message"]
    given = {"mapping": {"Email": "email"}}
    assert api("PUT", f"{IMPORTS}{made['id']}/mapping/", json=given)[0] == 409


def test_a_complete_import_cannot_be_cancelled(api: Any, import_of: Any) -> None:
    made = import_of()
    status, refused = api("POST", f"{IMPORTS}{made['id']}/cancel/")
    assert (status, refused["error"]["code"]) == (409, "conflict")
    assert "complete already" in refused["error"]["message"]


def test_one_that_waits_for_its_mapping(world: World) -> None:
    made = bring(world, **CONFIRMED)
    assert _cancel(world, made).status == "cancelled"
    assert _left(world, made) == (0, 0, "cancelled")


def test_one_that_is_paused_leaves_no_staged_rows(world: World) -> None:
    made = bring(world, enrich=True)
    assert (made.status, made.stage) == ("paused", "enriching")
    assert _left(world, made)[0] > 0
    gone = _cancel(world, made)
    assert (gone.status, gone.stage) == ("cancelled", "enriching")
    assert gone.message == "It was cancelled before anything was written."
    assert gone.total == gone.decided == 5
    assert (gone.skipped, gone.errored) == (3, 2)
    assert _left(world, made) == (0, 0, "cancelled")


def _running(world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: Any) -> ImportJob:
    """`meanwhile` happens within the first batch that is written, of one email."""
    one_by_one(monkeypatch, meanwhile)
    made = bring(world, work=False)
    run(world.instance, world.alice.who.workspace_id, made.id)
    return _find(world, made)


def test_one_that_runs_ends_with_its_batch_and_keeps_what_it_wrote(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ImportJob] = []

    def meanwhile() -> None:
        [made] = _imports(world)
        asked.append(_cancel(world, made))

    done = _running(world, monkeypatch, meanwhile)
    assert (asked[0].status, asked[0].cancel_asked) == ("segmenting", True)
    assert "once the batch" in (asked[0].message or "")
    assert (done.status, done.stage, done.imported) == ("cancelled", "segmenting", 1)
    assert done.message == (
        "1 contact and 1 company were written before it was cancelled; they stay."
    )
    assert _left(world, done) == (0, 0, "cancelled")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from contact") == 1
    with pytest.raises(LostJob):
        run(world.instance, world.alice.who.workspace_id, done.id)


def test_the_books_of_one_that_ran_balance_and_its_rows_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch, api: Any
) -> None:
    done = _running(world, monkeypatch, lambda: _cancel(world, _imports(world)[0]))
    assert (done.total, done.decided, done.imported, done.errored) == (5, 5, 1, 2)
    url = f"{IMPORTS}{ids.show('imp', done.id)}"
    rows = api("GET", f"{url}/rows/")[1]["data"]
    assert [row["row"] for row in rows] == [1, 2, 3, 4, 5]
    assert sorted(row["reason"] or row["status"] for row in rows) == [
        "cancelled", "duplicate_in_file", "imported", "invalid_email", "missing_email",
    ]  # fmt: skip
    [left_out] = [row for row in rows if row["reason"] == "cancelled"]
    assert (left_out["status"], left_out["contact_id"]) == ("skipped", None)
    assert left_out["email"] in ("alice@acme.com", "bob@example.com")
    words = "The import was cancelled before it came to this row."
    assert left_out["message"] == words
    file = api("GET", f"{url}/rows.csv?status=skipped")[1]
    assert f"{left_out['line']},skipped,cancelled,{words}" in file


@pytest.mark.parametrize(
    ("contacts", "companies", "words"),
    [
        (0, 0, "It was cancelled before anything was written."),
        (1, 0, "1 contact was written before it was cancelled; it stays."),
        (0, 1, "1 company was written before it was cancelled; it stays."),
        (1, 1, "1 contact and 1 company were written before it was cancelled; they stay."),
        (
            1200,
            3,
            "1,200 contacts and 3 companies were written before it was cancelled; they stay.",
        ),
    ],
)
def test_what_stays_is_counted_in_words(contacts: int, companies: int, words: str) -> None:
    assert report._stays(contacts, companies) == words


def test_staged_rows_that_a_crash_of_the_database_has_emptied(world: World) -> None:
    """The total is what has an outcome: the books balance even then."""
    made = bring(world, enrich=True)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("delete from import_stage where workspace_id = %s", [tx.workspace_id])
    gone = _cancel(world, made)
    assert gone.total == gone.decided == 3


def _imports(world: World) -> list[ImportJob]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return [find(tx, one) for one in tx.column("select id from import_job")]


def test_a_stage_that_pauses_while_it_is_cancelled_ends_cancelled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_ready(_: Any) -> None:
        _cancel(world, _imports(world)[0])
        raise Problem("validation_error", "No provider is set up.", "enrich")

    monkeypatch.setattr("nimbus.imports.stages.run.check_ready", check_ready)
    made = bring(world, work=False, enrich=True)
    run(world.instance, world.alice.who.workspace_id, made.id)
    assert _find(world, made).status == "cancelled"


def test_the_page_asks_first_and_then_says_what_became_of_it(world: World, browser_of: Any) -> None:
    made = bring(world, enrich=True)
    url = f"/imports/{ids.show('imp', made.id)}"
    alice = browser_of(world.alice)
    page = alice.get(url).text
    assert f'action="{url}/cancel"' in page
    assert "Cancel this import?" in page
    assert alice.post(f"{url}/cancel").status_code == 303
    page = alice.get(url).text
    assert "It was cancelled before anything was written." in page
    assert f'action="{url}/cancel"' not in page
    # The second click of two.
    assert alice.post(f"{url}/cancel").status_code == 303
    bob = browser_of(world.bob)
    assert f'action="{url}/cancel"' not in bob.get(url).text
    assert bob.post(f"{url}/cancel").status_code == 403
