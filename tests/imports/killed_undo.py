"""A worker that is killed: `python -m tests.imports.killed_undo JSON NTH` runs an undo in small
batches, and sends itself SIGKILL inside the NTH of them, after its work and before its commit."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from nimbus import rooms
from nimbus.db import roles
from nimbus.db.door import Door
from nimbus.db.instance import Instance
from nimbus.jobs import Context
from nimbus.operations import undo, undo_job
from nimbus.settings import Settings
from tests.conftest import SECRETS


def main() -> None:
    told = json.loads(sys.argv[1])
    with Door(told["app"], 4) as door:
        rooms.install(door)
        undo.install([replace(step, size=2) for step in undo.steps()])
        _die_in(int(sys.argv[2]))
        logins = roles.Logins(told["migrate"], told["app"], None)
        here = Instance(Settings(data=Path(told["data"])), logins, SECRETS, door)
        undo_job.run_undo.run(
            Context(here, UUID(told["workspace"])), job_id=told["job"],
            operation_id=told["operation"],
        )  # fmt: skip


def _die_in(nth: int) -> None:
    batch, done = undo_job._batch, 0

    def deadly(*given: Any) -> bool:
        nonlocal done
        done += 1
        result = batch(*given)
        if done == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    undo_job._batch = deadly


if __name__ == "__main__":
    main()
