"""Workers that live, and what is told when none does (G-05)."""

from __future__ import annotations

from typing import Any

import pytest

from nimbus.db import ids
from nimbus.jobs import lease
from nimbus.scoring.rescore import start
from tests.conftest import World
from tests.imports.test_run import bring

HEADERS = {"/jobs/now": {"hx-request": "true"}}
NOBODY = "No worker is running"
SLOWEST_PAGE = 3  # seconds between two looks of an open page


def _worker(world: World, seconds_ago: float) -> int:
    """A worker that was last heard of so long ago."""
    with world.door.platform() as tx:
        return tx.value(  # type: ignore[no-any-return]
            "insert into procrastinate_workers (last_heartbeat) "
            "values (clock_timestamp() - make_interval(secs => %s)) returning id",
            [seconds_ago],
        )


def test_a_dead_worker_is_noticed_within_ten_seconds() -> None:
    assert lease.LEASE_SECONDS + SLOWEST_PAGE <= 10
    assert lease.LEASE_SECONDS > 4 * lease.BEAT_SECONDS


@pytest.mark.parametrize(("seconds", "alive"), [(1, True), (5, True), (7, False), (None, False)])
def test_every_page_with_work_on_it_says_when_nobody_does_it(
    world: World, browser_of: Any, http: Any, seconds: float | None, alive: bool
) -> None:
    made = bring(world, work=False)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        start(tx, world.alice.who, "The rules have changed")
    shown = f"/imports/{ids.show('imp', made.id)}"
    alice = browser_of(world.alice)
    for page in (shown, f"{shown}/live", "/imports", "/jobs", "/settings/scoring",
                 "/settings/icp-rules", "/settings/scoring/run", "/jobs/now"):  # fmt: skip
        if seconds is not None:
            _worker(world, seconds)  # Anew each time: rendering takes a while on a busy machine.
        assert (NOBODY in alice.get(page, headers=HEADERS.get(page)).text) is not alive, page
    told = http.get(f"/api/v1{shown}/", headers=world.alice.headers).json()
    assert told["worker_is_running"] is alive
    assert http.get("/health").json()["worker"] is alive


def test_nothing_is_said_where_nothing_waits(world: World, browser_of: Any, http: Any) -> None:
    made = bring(world)
    shown = f"/imports/{ids.show('imp', made.id)}"
    alice = browser_of(world.alice)
    for page in (shown, "/imports", "/settings/scoring", "/settings/scoring/run"):
        assert NOBODY not in alice.get(page).text
    assert NOBODY not in alice.get("/jobs/now", headers=HEADERS["/jobs/now"]).text
    told = http.get(f"/api/v1{shown}/", headers=world.alice.headers).json()
    assert told["worker_is_running"] is None


def test_what_a_dead_worker_had_begun_is_another_entry(world: World) -> None:
    """The dead one may only have been asleep: what it ends then is not the entry that is run."""
    made = bring(world, work=False)
    asleep, alive = _worker(world, 60), _worker(world, 0)
    with world.door.platform() as tx:
        entry = tx.value(
            "update procrastinate_jobs set status = 'doing', worker_id = %s returning id", [alive]
        )
        assert lease.begun(tx, alive) == {entry}
        assert lease.give_back(tx) == []
        tx.run("update procrastinate_jobs set worker_id = %s", [asleep])
        assert lease.give_back(tx, running=[entry]) == [], "whoever runs it is late, but not dead"
        assert lease.give_back(tx) == ["imports.run"]
        row = tx.row("select id, status::text, priority, lock, args from procrastinate_jobs")
        assert row
        assert row["id"] != entry
        assert (row["status"], row["priority"]) == ("todo", 1)
        assert (row["lock"], row["args"]["import_id"]) == (f"import:{made.id}", str(made.id))
        assert lease.give_back(tx) == []
        tx.run("update procrastinate_jobs set status = 'doing', worker_id = %s", [alive])
        assert lease.give_back(tx, [row["id"]]) == ["imports.run"]
