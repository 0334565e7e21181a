"""`make soak`: every case many times, with figures at the end; exit code 1 when one failed.

`python -m tests.soak --only kill --rounds 3 --seed 7` runs a part of it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.soak.at_once import created_at_the_same_time, written_beyond_the_pool
from tests.soak.cases import CASES, RESUMED_WITHIN, Case, Figures, Soak, undisturbed
from tests.soak.idempotency import sent_many_times_at_once
from tests.soak.missed import miss_the_dead
from tests.soak.site import prepare

# Of small batches, and of those that a worker takes by itself, in several lanes.
ROWS, MANY_ROWS = 600, 12_000
ALL: dict[str, Case] = {
    **CASES,
    "idempotency: one key": sent_many_times_at_once,
    "idempotency: one email": created_at_the_same_time,
    "idempotency: beyond the pool": written_beyond_the_pool,
    "a dead worker is missed": miss_the_dead,
}
ROUNDS = {
    "a kill in each stage": 10,
    "a dead worker is missed": 2,
    "the database stopped": 6,
    "asleep past the lease": 4,
    "paused and resumed": 6,
    "the power cord": 4,
    "idempotency: one key": 1,
    "idempotency: one email": 1,
    "idempotency: beyond the pool": 1,
    "webhooks": 1,
}


def main() -> int:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--only", default="", help="a word of the cases to run")
    told.add_argument("--rounds", type=int, help="how often each is run")
    told.add_argument("--seed", type=int, default=int(time.time()))
    given = told.parse_args()
    figures, failed, began = Figures(), [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nimbus-soak-", dir="/tmp") as folder:
        with open(Path(folder) / "log", "wb") as log:
            soaks: dict[int, Soak] = {}
            for name, case in ALL.items():
                if given.only not in name:
                    continue
                rows = MANY_ROWS if "cord" in name else ROWS
                if rows not in soaks:
                    site = prepare(Path(folder) / str(rows), rows, log)
                    soaks[rows] = undisturbed(site, small=rows == ROWS)
                    soaks[rows].figures = figures
                for nth in range(given.rounds or ROUNDS[name]):
                    seed = f"{given.seed}:{name}:{nth}"
                    try:
                        case(soaks[rows], random.Random(seed), f"seed {seed}")
                    except Exception as error:  # The other cases are told of all the same.
                        failed.append(str(error))
                        print(f"FAILED {seed}", flush=True)
                        traceback.print_exc()
                    print(f"{name} {nth + 1}: {time.monotonic() - began:.0f} s", flush=True)
        for soak in soaks.values():
            soak.site.close()
        if failed:
            print((Path(folder) / "log").read_text(errors="replace")[-20_000:], file=sys.stderr)
    for what, times in sorted(figures.done.items()):
        print(f"{times:>5} {what}")
    if figures.resumed:
        print(f"slowest resume {max(figures.resumed):.1f} s (at most {RESUMED_WITHIN:.0f} s)")
    print("\n".join(figures.slow))
    print(f"{len(failed)} failed, {(time.monotonic() - began) / 60:.0f} minutes")
    return 1 if failed or figures.slow else 0


if __name__ == "__main__":
    sys.exit(main())
