"""A little of `make soak`: a kill, a stop or a sleep, and that a difference would be seen."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

from nimbus.imports.import_job import OUTCOMES, STAGES
from tests.soak.cases import (
    Soak,
    kill_in_each_stage,
    sleep_past_the_lease,
    stop_the_database,
    undisturbed,
)
from tests.soak.left import QUERIES, difference
from tests.soak.site import prepare

ROWS = 216
REASONS = (
    "unchanged", "duplicate_in_file", "assigned_elsewhere", "missing_email", "invalid_email",
    "workspace:", "domain:", "platform:",
)  # fmt: skip


def test_an_import_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    dice, told = random.Random(seed), f"seed {seed}"
    with (
        open(tmp_path / "log", "wb") as log,
        closing(prepare(tmp_path / "site", ROWS, log)) as site,
    ):
        soak = undisturbed(site)
        _something_of_everything(soak)
        match dice.choice(["kill", "stop", "sleep"]):
            case "kill":
                kill_in_each_stage(soak, dice, told, [dice.choice(STAGES)])
            case "stop":
                stop_the_database(soak, dice, told, times=1)
            case "sleep":
                sleep_past_the_lease(soak, dice, told)
    assert sum(soak.figures.done.values()) == 1


def _something_of_everything(soak: Soak) -> None:
    assert set(soak.expected) == set(QUERIES)
    assert all(soak.expected.values()), "something is left of every kind"
    ledger = "\n".join(soak.expected["ledger"])
    for outcome in OUTCOMES:
        assert f'"status": "{outcome}"' in ledger
    for reason in REASONS:
        assert f'"reason": "{reason}' in ledger, reason


def test_a_difference_is_seen() -> None:
    was = {"contacts": ["a", "b", "b"], "ledger": ["1"]}
    assert difference(was, {**was, "contacts": ["b", "a", "b"]}) == ""
    assert difference(was, {**was, "contacts": ["a", "b"]}) == "missing in contacts: b"
    assert difference(was, {**was, "ledger": ["1", "1"]}) == "too much in ledger: 1"
