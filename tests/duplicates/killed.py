"""A worker that is killed: it scans in small batches, and sends itself SIGKILL inside the nth of
them, after its work and before its commit."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any
from uuid import UUID

from nimbus import rooms
from nimbus.db import roles
from nimbus.db.door import Door
from nimbus.db.instance import Instance
from nimbus.duplicates import scan
from nimbus.jobs import Context
from nimbus.settings import Settings
from tests.conftest import SECRETS


def scan_until(nth: int, told: dict[str, str]) -> None:
    """In a process of its own (`killing.ended`); `told` says where the instance is."""
    scan.PEOPLE, scan.BLOCKS, scan.PARTS = 3, 4, 1
    with Door(told["app"], 4) as door:
        rooms.install(door)
        _die_in(nth)
        logins = roles.Logins(told["migrate"], told["app"], None)
        here = Instance(Settings(data=Path(told["data"])), logins, SECRETS, door)
        scan.scan.run(Context(here, UUID(told["workspace"])), job_id=told["job"])


def _die_in(nth: int) -> None:
    batch, done = scan._batch, 0

    def deadly(*given: Any) -> bool:
        nonlocal done
        done += 1
        result = batch(*given)
        if done == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    scan._batch = deadly
