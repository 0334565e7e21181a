"""A worker in small batches, so that every stage has many: `python -m tests.soak.worker DATA
[STAGE SECONDS]`. With a stage it kills itself there, so many seconds after the stage began or when
that ends before."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from nimbus.db.instance import instance
from nimbus.imports.stages import parsing
from nimbus.imports.stages import run as stages
from nimbus.imports.stages.turn import Turn
from nimbus.serve import begun, log_to_stderr
from nimbus.settings import Settings
from nimbus.worker import work
from tests.imports.killed import small_batches
from tests.soak.site import EXTRA


def main() -> None:
    log_to_stderr("warning")
    small_batches()
    parsing.LEAST_BYTES = 1  # As of a large file, cells are read by processes beside.
    if len(sys.argv) > 2:
        _die_in(sys.argv[2], float(sys.argv[3]))
    with begun(instance(Settings(data=Path(sys.argv[1])), EXTRA)) as here:
        work(here)


def _die_in(stage: str, seconds: float) -> None:
    go_through = stages._STAGES[stage]

    def killed(turn: Turn) -> None:
        timer = threading.Timer(seconds, _die)
        timer.daemon = True
        timer.start()
        go_through(turn)
        _die()

    stages._STAGES[stage] = killed


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
