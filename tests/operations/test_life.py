"""A sample of what people may do in any order, and take back (`life.py`, `what_holds.py`); the soak
plays NIMBUS_SOAK_LIVES of them, in two processes."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from starlette.testclient import TestClient

from tests.conftest import World
from tests.operations.life import Life

LIVES = int(os.environ.get("NIMBUS_SOAK_LIVES", "0"))
# One that plays keeps no more than one core busy.
PLAYERS = 2 if LIVES else 1
SAMPLE = settings(
    max_examples=-(-LIVES // PLAYERS) or 50, stateful_step_count=30 if LIVES else 8, deadline=None,
    # The same ones each time: what is new is for the soak to find.
    derandomize=not LIVES,
    # To make an example smaller takes minutes; the soak does.
    phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if LIVES else [])],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.parametrize("player", range(PLAYERS))
def test_whatever_people_do_can_be_taken_back(player: int, world: World, http: TestClient) -> None:
    Life.world, Life.http = world, http
    run_state_machine_as_test(Life, settings=SAMPLE)
