"""What webhooks cost an import: the same with three of them subscribed, and with none.

`python -m bench.webhooks --rows 20000 --times 3 [--json]`

Each import brings people of its own into a workspace of its own, with and without in turn.

`ratio`        median seconds with three webhooks ÷ without
`cpu_ratio`    the same of the seconds that processes of the import and of the database worked
`noted`        transactions whose events a job writes afterwards, for each import with webhooks
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.imports import _file, _import, _instance
from nimbus import rooms
from nimbus.access.who import system
from nimbus.accounts.create import create_workspace
from nimbus.db.instance import Instance
from nimbus.webhooks.write import Wanted, create

WEBHOOKS = (
    Wanted("https://1.1.1.1/all", ["contact.created", "contact.updated", "import.completed"]),
    Wanted("https://1.1.1.1/scored", ["contact.scored"]),
    Wanted("https://1.1.1.1/some", ["contact.created"], mode="batched",
           filter={"field": "icp_tier", "op": "in", "value": ["A", "B"]}),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with _instance() as (here, _, _):
        result = measure(here, asked.rows, asked.times)
    print(json.dumps(result) if asked.json else json.dumps(result, indent=2))


def measure(here: Instance, rows: int, times: int) -> dict[str, Any]:
    seconds: dict[bool, list[float]] = {False: [], True: []}
    worked: dict[bool, list[float]] = {False: [], True: []}
    noted = []
    # The first one of all pays for what is cold, and does not count.
    _one(here, rows, "warm", hooked=True)
    for nth in range(times):
        for hooked in (False, True):
            took, cpu, entries = _one(here, rows, f"{'hooked' if hooked else 'plain'}{nth}", hooked)
            seconds[hooked].append(took)
            worked[hooked].append(cpu)
            noted += [entries] if hooked else []
    return {
        "rows": rows,
        "ratio": round(statistics.median(seconds[True]) / statistics.median(seconds[False]), 3),
        "cpu_ratio": round(statistics.median(worked[True]) / statistics.median(worked[False]), 3),
        "seconds": {"with": _rounded(seconds[True]), "without": _rounded(seconds[False])},
        "cpu": {"with": _rounded(worked[True]), "without": _rounded(worked[False])},
        "noted": noted,
    }


def _one(here: Instance, rows: int, name: str, hooked: bool) -> tuple[float, float, int]:
    """Seconds of the import, seconds of work, and how many transactions were put off."""
    made = create_workspace(here.door, name, f"{name}@nimbus.example", "bench password",
                            starters=rooms.starters())  # fmt: skip
    if hooked:
        who = system(made.workspace_id, "bench")
        with here.door.workspace(made.workspace_id) as tx:
            for wanted in WEBHOOKS:
                create(tx, who, "bench", here.secrets, wanted)
    file = _file(rows, domain=name)
    before = _work(here)
    _, seconds = _import(here, made.workspace_id, made.client, file)
    worked = _work(here) - before
    return seconds, worked, _put_off(here, made.workspace_id)


def _put_off(here: Instance, workspace: UUID) -> int:
    with here.door.workspace(workspace) as tx:
        found: int = tx.value(
            "select count(*) from webhook_backlog where workspace_id = %s", [workspace]
        )
    return found


def _work(here: Instance) -> float:
    """Seconds that this process, those it has waited for and those of the database worked so far;
    the backends of the pool stay from one import to the next."""
    postmaster = (here.settings.data / "pg" / "postmaster.pid").read_text().split()[0]
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # It has ended meanwhile.
            if postmaster in (entry.name, fields[1]):
                ticks += sum(map(int, fields[11:15]))
    mine = os.times()
    own = mine.user + mine.system + mine.children_user + mine.children_system
    return own + ticks / os.sysconf("SC_CLK_TCK")


def _rounded(values: list[float]) -> list[float]:
    return [round(value, 2) for value in values]


if __name__ == "__main__":
    main()
