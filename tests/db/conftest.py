"""Processes that use the embedded server of a folder, as several commands do at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

HOLD = """
import sys
from pathlib import Path
from nimbus.db.server import server

with server(Path(sys.argv[1]), {"shared_buffers": "16MB"}) as conninfo:
    print(conninfo, flush=True)
    sys.stdin.readline()
"""


class Holder:
    """A process that uses the server until told to leave."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(folder)], text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout
        self.conninfo = self.process.stdout.readline().strip()
        assert self.conninfo, self.process.communicate()[1]

    def leave(self) -> None:
        _, errors = self.process.communicate("\n", timeout=60)
        assert self.process.returncode == 0, errors

    def close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()

    def run(self, query: str) -> object:
        with psycopg.connect(self.conninfo, connect_timeout=10) as connection:
            cursor = connection.execute(query)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None


Hold = Callable[[], Holder]
Postmaster = Callable[[], int | None]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose cluster the tests of a module share; it is made by the first to use it."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture
def hold(cluster: Path) -> Iterator[Hold]:
    """`hold()` starts a process that uses the server; all are gone after the test."""
    holders: list[Holder] = []

    def start() -> Holder:
        holders.append(Holder(cluster))
        return holders[-1]

    yield start
    for holder in holders:
        if holder.process.poll() is None:
            holder.leave()
        holder.close()


@pytest.fixture
def postmaster(cluster: Path) -> Postmaster:
    """`postmaster()` is the process of the cluster's server, None when none runs."""

    def find() -> int | None:
        try:
            pid = int((cluster / "pg" / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, 0)
        except (OSError, IndexError):
            return None
        return pid

    return find
