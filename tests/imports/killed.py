"""A worker that is killed: it runs an import in small batches and sends itself SIGKILL inside the
nth transaction, after its work and before its commit."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from nimbus.db import roles
from nimbus.db.door import Door, Tx
from nimbus.db.instance import Instance
from nimbus.imports.stages import chunks, companies, lanes, parsing
from nimbus.imports.stages.run import run
from nimbus.imports.stages.turn import Turn
from nimbus.settings import Settings
from tests.conftest import SECRETS

ROWS = 20  # small batches: more places to be killed at, and several writers


def small_batches() -> None:
    parsing.ROWS = chunks.START = chunks.MOST = companies.ROWS = ROWS
    lanes.LEAST_ROWS = 1


def run_until(nth: int, told: dict[str, str], import_id: UUID) -> None:
    """In a process of its own (`killing.ended`); `told` says where the instance is."""
    small_batches()
    _die_in(nth)
    settings = Settings(data=Path(told["data"]), files=Path(told["files"]))
    with Door(told["app"], 4) as door:
        logins = roles.Logins(told["migrate"], told["app"], None)
        run(Instance(settings, logins, SECRETS, door), UUID(told["workspace"]), import_id)


def _die_in(nth: int) -> None:
    batch, numbers = Turn.batch, count(1)

    def counted(self: Turn, work: Callable[[Tx], Any]) -> Any:
        number = next(numbers)  # Of lanes beside each other, each its own.

        def deadly(tx: Tx) -> Any:
            result = work(tx)
            if number == nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return batch(self, deadly)

    Turn.batch = counted  # type: ignore[method-assign]
