"""A worker that is asked to stop in the middle of an import; the next one goes on (G-05)."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from nimbus import rooms
from nimbus.access.who import system
from nimbus.accounts.create import create_workspace
from nimbus.db.instance import Instance, instance
from nimbus.demo.people import HEADER, people
from nimbus.imports.create import Given, create
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob, ImportOptions
from nimbus.settings import Settings
from tests.conftest import FAST

ROWS = 5_200  # more than one batch of parsing, and more than one chunk of every other stage


@contextmanager
def worker(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A real `nimbus work`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "nimbus.cli", "work", "--data", str(data)],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "NIMBUS_LOG_LEVEL": "warning"},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stopped(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Asked to stop: the exit code, and what it complained about."""
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    return process.returncode, errors


def wait(
    here: Instance, workspace: UUID, import_id: UUID, until: Callable[[ImportJob], bool]
) -> ImportJob:
    for _ in range(1_200):
        with here.door.workspace(workspace) as tx:
            found = find(tx, import_id)
        if until(found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"The import stands at {found.status}: {found.message}")


def _file() -> io.BytesIO:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *people(ROWS)])
    return io.BytesIO(text.getvalue().encode())


def test_an_import_goes_on_after_its_worker_was_stopped(tmp_path: Path) -> None:
    with instance(Settings(data=tmp_path), FAST) as here:
        made = create_workspace(here.door, "Acme", "alice@acme.test", "correct horse battery",
                                starters=rooms.starters())  # fmt: skip
        workspace, who = made.workspace_id, system(made.workspace_id)
        with here.door.workspace(workspace) as tx:
            brought = create(tx, here, who, made.client, _file(), "people.csv", ImportOptions(),
                             Given())  # fmt: skip
        with worker(tmp_path) as first:
            wait(here, workspace, brought.id, lambda found: found.total > 0)
            assert stopped(first) == (0, "")
        with here.door.workspace(workspace) as tx:
            left = find(tx, brought.id)
            queued = tx.column("select status::text from procrastinate_jobs where "
                               "task_name = 'imports.run'")  # fmt: skip
        assert not left.is_over
        assert queued == ["todo"]
        with worker(tmp_path) as second:
            done = wait(here, workspace, brought.id, lambda found: found.is_over)
            assert stopped(second) == (0, "")
        assert (done.status, done.message) == ("complete", None)
        assert (done.total, done.imported, done.decided) == (ROWS, ROWS, ROWS)
        with here.door.workspace(workspace) as tx:
            counted = tx.row(
                "select (select count(*) from contact) as contacts, "
                "(select count(*) from import_row) as ledger, "
                "(select count(*) from import_stage) as staged, "
                "(select count(*) from change where thing = 'contact') as changes"
            )
        assert counted == {"contacts": ROWS, "ledger": ROWS, "staged": 0, "changes": ROWS}
