"""What a killed upload left in the files folder goes after a day, and nothing else."""

from __future__ import annotations

import os
import time
from uuid import uuid4

from nimbus.files.sweep import OLD_SECONDS, sweep
from nimbus.jobs import Context
from tests.conftest import World
from tests.imports.test_run import bring


def test_only_old_files_without_a_row_go(world: World) -> None:
    bring(world, work=False)
    folder = world.instance.files / str(world.alice.who.workspace_id)
    [kept] = folder.iterdir()
    left, fresh = folder / str(uuid4()), folder / str(uuid4())
    for path in (left, fresh):
        path.write_bytes(b"half of it")
    long_ago = time.time() - OLD_SECONDS - 60
    for path in (kept, left):
        os.utime(path, (long_ago, long_ago))
    sweep.run(Context(world.instance, None))
    assert sorted(folder.iterdir()) == sorted([kept, fresh])
