"""`python -m tests.schema --examples 200 --seeds 1 2 3`: every operation in depth; exit code 1 when
anything was found. A part of `make soak`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.schema.run import run
from tests.serving import LOG, serving

# What does not depend on the seed is asked by the first alone.
PHASES, MORE_PHASES = "examples,coverage,fuzzing", "fuzzing"
AT_ONCE = 3
# Thousands of requests of one key in a row are what this is for, and webhooks with an address that
# no network is asked for.
LIMITS_OFF = {
    "NIMBUS_READS_PER_SECOND": "0", "NIMBUS_WRITES_PER_SECOND": "0",
    "NIMBUS_WEBHOOKS_ALLOW_LOOPBACK": "true",
}  # fmt: skip


def main() -> int:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--examples", type=int, default=200)
    told.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    given = told.parse_args()
    # One seed keeps no more than one core busy: it asks, and waits for the answer.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        phases = [PHASES, *[MORE_PHASES] * (len(given.seeds) - 1)]
        codes = list(pool.map(partial(_run, given.examples), given.seeds, phases))
    return 1 if any(codes) else 0


def _run(examples: int, seed: int, phases: str) -> int:
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="nimbus-schema-", dir="/tmp") as folder,
        serving(Path(folder) / "data", **LIMITS_OFF) as site,
    ):
        ran = run(site.url, site.key, examples, seed, "--phases", phases)
        log = (site.data / LOG).read_text(errors="replace") if ran.code else ""
    words = ran.words if ran.code else ran.words[ran.words.find("= SUMMARY") :]
    taken = dict(sorted(ran.taken.items(), key=lambda one: one[1]))
    seconds = time.monotonic() - began
    print(f"{log[-20_000:]}{words}\ndone as asked: {taken}\n", end="")
    print(f"seed {seed}: exit {ran.code}, {seconds:.0f} s", flush=True)
    return ran.code


if __name__ == "__main__":
    sys.exit(main())
