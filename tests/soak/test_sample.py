"""A little of `make soak`: a kill, a stop or a sleep, and that a difference would be seen."""

from __future__ import annotations

import os
import random
import signal
from contextlib import closing
from pathlib import Path

from nimbus.imports.import_job import OUTCOMES, STAGES
from tests.soak.cases import (
    Soak,
    _running,
    kill_in_each_stage,
    sleep_past_the_lease,
    stop_the_database,
    undisturbed,
)
from tests.soak.left import QUERIES, difference
from tests.soak.site import prepare

ROWS = 300
REASONS = (
    "unchanged", "duplicate_in_file", "assigned_elsewhere", "missing_email", "invalid_email",
    "workspace:", "domain:", "platform:",
)  # fmt: skip


def test_an_import_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    dice, case = random.Random(seed), f"seed {seed}"
    with (
        open(tmp_path / "log", "wb") as log,
        closing(prepare(tmp_path / "site", ROWS, log)) as site,
    ):
        soak = undisturbed(site)
        _something_of_everything(soak)
        _nobody_is_missed(soak)
        kill_in_each_stage(soak, dice, case, [dice.choice(STAGES)])
        if dice.random() < 0.5:
            stop_the_database(soak, dice, case, times=1)
        else:
            sleep_past_the_lease(soak, dice, case)
    assert sum(soak.figures.done.values()) == 2


def _something_of_everything(soak: Soak) -> None:
    assert set(soak.expected) == set(QUERIES)
    assert all(soak.expected.values()), "something is left of every kind"
    ledger = "\n".join(soak.expected["ledger"])
    for outcome in OUTCOMES:
        assert f'"status": "{outcome}"' in ledger
    for reason in REASONS:
        assert f'"reason": "{reason}' in ledger, reason


def _nobody_is_missed(soak: Soak) -> None:
    """A worker that is killed is missed within ten seconds, less the three until a page looks."""
    site, alive = soak.site, "select count(*) from procrastinate_workers where last_heartbeat > "
    fresh = alive + "clock_timestamp() - interval '6 seconds'"
    with site.held(), _running(site.worker()) as worker:
        site.await_(lambda: site.look(fresh) == 1, 60, "no sign of the worker")
        os.kill(worker.pid, signal.SIGKILL)
        missed = site.await_(lambda: site.look(fresh) == 0, 40, "still taken for alive")
        assert missed < 8, f"missed after {missed:.1f} s"


def test_a_difference_is_seen() -> None:
    was = {"contacts": ["a", "b", "b"], "ledger": ["1"]}
    assert difference(was, {**was, "contacts": ["b", "a", "b"]}) == ""
    assert difference(was, {**was, "contacts": ["a", "b"]}) == "missing in contacts: b"
    assert difference(was, {**was, "ledger": ["1", "1"]}) == "too much in ledger: 1"
