"""A little of `make soak`: a worker is killed while it sends to a receiver that often fails."""

from __future__ import annotations

import json
import random
import subprocess
import sys

from tests.conftest import World
from tests.webhooks.bombard import Field, bombard


def test_a_kill_loses_none_and_doubles_none(world: World) -> None:
    seed = random.randrange(1_000_000)
    here = world.instance
    told = json.dumps(
        {
            "data": str(here.settings.data), "files": str(here.settings.files),
            "migrate": here.logins.migrate, "app": here.logins.app,
        }
    )  # fmt: skip

    def worker() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.webhooks.worker", told], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    alice = world.alice
    field = Field(world.door, here.secrets, alice.who.workspace_id, alice.client.id, worker)
    bombard(field, random.Random(seed), f"seed {seed}", events=150, kills=1)
