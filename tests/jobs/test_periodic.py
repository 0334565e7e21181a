"""What runs by the clock is deferred by the worker, and does not end its turn."""

from __future__ import annotations

import time

from nimbus.jobs import Context, task
from nimbus.jobs.queue import queue
from tests.conftest import World


def test_a_periodic_task_runs(world: World) -> None:
    """Of the last minutes, so that a worker that starts in this moment still defers it. One that
    works until the queue is empty may find it so before anything was deferred."""
    ran: list[Context] = []
    task("tests.minutely", cron="* * * * *")(ran.append)
    until = time.monotonic() + 30
    try:
        while not ran and time.monotonic() < until:
            world.work()
    finally:
        del queue.tasks["tests.minutely"]
        del queue.periodic_registry.periodic_tasks["tests.minutely", ""]
    assert ran
