"""`python -m tests.schema --examples 200 --seeds 1 2 3`: every operation in depth; exit code 1 when
anything was found. A part of `make soak`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.schema.run import run
from tests.serving import serving

PHASES = "examples,coverage,fuzzing"
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
    failed = 0
    for seed in given.seeds:
        began = time.monotonic()
        with (
            tempfile.TemporaryDirectory(prefix="nimbus-schema-", dir="/tmp") as folder,
            serving(Path(folder) / "data", **LIMITS_OFF) as site,
        ):
            ran = run(site.url, site.key, given.examples, seed, "--phases", PHASES)
        failed += ran.code != 0
        print(ran.words if ran.code else ran.words[ran.words.find("= SUMMARY") :])
        print(f"taken: {dict(sorted(ran.taken.items(), key=lambda one: one[1]))}")
        print(f"seed {seed}: exit {ran.code}, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
