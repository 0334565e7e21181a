"""How long a scan of a whole workspace for duplicates takes, and how right the finder is.

`python -m bench.duplicates --contacts N [--data DIR] [--json]`: `seconds` of a first scan, those of
one after it in which everybody is filed already, the pairs found, the peak of memory, and `f1` of
the reference files where DIR has them.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.crowd import crowd
from nimbus.access.who import system
from nimbus.db.door import LOST
from nimbus.db.instance import Instance
from nimbus.duplicates import scan
from nimbus.jobs import Context, job
from tests.reference_duplicates import SETS, measured


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--contacts", type=int, default=100_000)
    asked.add_argument("--data", type=Path, default=Path("corpora"))
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with crowd(options.contacts) as (here, people):
        _forget(here, people.workspace_id)
        told: dict[str, Any] = {"contacts": options.contacts}
        told["seconds"] = _scan(here, people.workspace_id)
        told["cpu_seconds"] = round(time.process_time(), 1)
        told["again_seconds"] = _scan(here, people.workspace_id)
        with here.door.workspace(people.workspace_id) as tx:
            told["pairs"] = tx.value(
                "select count(*) from duplicate_pair where workspace_id = %s", [tx.workspace_id]
            )
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told["f1"] = {
        name: round(measured(options.data, name).f1, 4)
        for name in SETS
        if (options.data / "person_duplicates" / SETS[name]).exists()
    }
    print(json.dumps(told) if options.json else "\n".join(f"{k}: {v}" for k, v in told.items()))


def _forget(here: Instance, workspace: UUID) -> None:
    with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
        for table in ("duplicate_pair", "duplicate_keys", "duplicate_block", "duplicate_due"):
            connection.execute(f"truncate {table}".encode())
        connection.execute("update job set status = 'cancelled' where kind = %s", [scan.KIND])
        connection.execute("vacuum analyze contact")


def _scan(here: Instance, workspace: UUID) -> float:
    """Seconds of a scan, as its worker runs it."""
    began = time.monotonic()
    with here.door.workspace(workspace) as tx:
        job_id = scan.start(tx, system(workspace, "bench"))
    while True:
        with suppress(*LOST):  # The queue, too, begins again where a busy machine lost the runner.
            scan.scan.run(Context(here, workspace), job_id=str(job_id))
            break
    with here.door.workspace(workspace) as tx:
        found = job.find(tx, job_id)
    assert found
    assert found.status == "done", found.message
    return round(time.monotonic() - began, 1)


if __name__ == "__main__":
    main()
