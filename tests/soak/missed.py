"""A worker that died while it had nothing to do."""

from __future__ import annotations

import os
import random
import signal
import time

from tests.soak.cases import Soak, _running


def miss_the_dead(soak: Soak, dice: random.Random, case: str) -> None:
    """A worker that is killed is missed within ten seconds, less the three until a page looks."""
    site, alive = soak.site, "select count(*) from procrastinate_workers where last_heartbeat > "
    fresh = alive + "clock_timestamp() - interval '6 seconds'"
    with site.held():
        site.reset()
        with _running(site.worker()) as worker:
            # Of each of its hands.
            site.await_(lambda: site.look(fresh), 60, f"{case}: no sign of the worker")
            time.sleep(dice.random())
            os.kill(worker.pid, signal.SIGKILL)
            words = f"{case}: still taken for alive"
            missed = site.await_(lambda: site.look(fresh) == 0, 40, words)
    soak.figures.done["SIGKILL of an idle worker"] += 1
    assert missed < 8, f"{case}: missed after {missed:.1f} s"
