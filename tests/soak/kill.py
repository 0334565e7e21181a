"""The power cord of an instance: all of its processes at once, as far as one can do that."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

from tests.accounts.test_serve import processes
from tests.soak.site import Site


def kill_all(site: Site, served: subprocess.Popen[bytes]) -> None:
    """What serves, its workers and its database, and everything they started."""
    for pid in _family(served.pid, site.postmaster(), *_workers(site)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    served.wait()


def _workers(site: Site) -> list[int]:
    return [pid for pid, text in processes() if f"work --data {site.data} " in text]


def _family(*roots: int) -> list[int]:
    """These processes and all that descend from them."""
    parents = {}
    for pid, _ in processes():
        with suppress(OSError, IndexError), open(f"/proc/{pid}/stat") as stat:
            parents[pid] = int(stat.read().rpartition(")")[2].split()[1])
    found = set(roots)
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return sorted(found)
        found |= more
