"""The worker process: runs the tasks of every workspace until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import threading
import time
from datetime import UTC, datetime

import procrastinate
import structlog
from procrastinate import PsycopgConnector

from nimbus import rooms
from nimbus.db.instance import Instance
from nimbus.jobs import heal
from nimbus.jobs import queue as jobs

log = structlog.get_logger()

HEARTBEAT, STALLED = 3.0, 10.0
# Looking through every workspace for jobs that lost their entry in the queue, so many beats apart.
HEAL_EVERY = 20
CONCURRENCY = 4


def work(instance: Instance, *, once: bool = False, watch_parent: bool = False) -> None:
    """Run tasks until SIGTERM or SIGINT; with `once`, until the queue is empty.

    `watch_parent` also stops when the process that started this one is gone.
    """
    rooms.install(instance.door)
    jobs.serve(instance)
    if watch_parent:
        threading.Thread(target=_watch_parent, args=[os.getppid()], daemon=True).start()
    asyncio.run(_work(instance, once))


async def _work(instance: Instance, once: bool) -> None:
    loop = asyncio.get_running_loop()
    connector = PsycopgConnector(
        conninfo=instance.door.conninfo, min_size=1, max_size=CONCURRENCY + 3
    )
    # A copy of the app: tasks go on deferring through the sync connector of the original.
    app = jobs.queue.with_connector(connector)
    async with app.open_async():
        await _give_back(app)
        await asyncio.to_thread(heal, instance)
        running = asyncio.ensure_future(_run(app, once))

        def stop() -> None:
            jobs.stopping.set()
            running.cancel()

        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(name, stop)
        rescuer = asyncio.ensure_future(_rescue(app, instance))
        try:
            await running
        except asyncio.CancelledError:
            log.info("worker stopped")
        finally:
            rescuer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await rescuer


async def _run(app: procrastinate.App, once: bool) -> None:
    while True:
        await app.run_worker_async(
            concurrency=CONCURRENCY,
            wait=not once,
            install_signal_handlers=False,
            delete_jobs="successful",
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
            fetch_job_polling_interval=2.0,
        )
        # A job that waited for another's lock is not seen until that one has ended.
        if not once or not await _due(app):
            return


async def _due(app: procrastinate.App) -> bool:
    now = datetime.now(UTC)
    waiting = await app.job_manager.list_jobs_async(status="todo")
    return any(one.scheduled_at is None or one.scheduled_at <= now for one in waiting)


async def _rescue(app: procrastinate.App, instance: Instance) -> None:
    for beat in itertools.count(1):
        await asyncio.sleep(HEARTBEAT)
        try:
            await _give_back(app)
            if beat % HEAL_EVERY == 0:
                await asyncio.to_thread(heal, instance)
        except Exception as error:  # the database may be away for a moment; the next round tells
            log.warning("stalled jobs could not be looked for", error=str(error))


async def _give_back(app: procrastinate.App) -> None:
    """Give jobs of dead workers back to the queue, so that they go on by themselves."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        assert job.id is not None  # noqa: S101 - it comes from the database
        log.info("job of a dead worker goes on", task=job.task_name, job=job.id)
        await manager.retry_job_by_id_async(job_id=job.id, retry_at=datetime.now(UTC))


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
