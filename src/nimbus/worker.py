"""The worker process: runs the tasks of every workspace until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import itertools
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import procrastinate
import structlog
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.job_context import JobContext
from procrastinate.periodic import PeriodicRegistry
from procrastinate.worker import Worker
from psycopg import Error as PsycopgError
from psycopg_pool import PoolTimeout

from nimbus import rooms
from nimbus.db.instance import Instance
from nimbus.jobs import heal, lease
from nimbus.jobs import queue as jobs

log = structlog.get_logger()

# Looking through every workspace for jobs that lost their entry in the queue, so many beats apart.
HEAL_EVERY = 60
CONCURRENCY = 4


def work(instance: Instance, *, once: bool = False, watch_parent: bool = False) -> None:
    """Run tasks until SIGTERM or SIGINT, also when the database was away in between; with `once`,
    until the queue is empty.

    `watch_parent` also stops when the process that started this one is gone.
    """
    rooms.install(instance.door)
    jobs.serve(instance)
    if watch_parent:
        threading.Thread(target=_watch_parent, args=[os.getppid()], daemon=True).start()
    asyncio.run(_work(instance, once))


async def _work(instance: Instance, once: bool) -> None:
    running = asyncio.ensure_future(_turn(instance, once) if once else _turns(instance))

    def stop() -> None:
        jobs.stopping.set()
        running.cancel()

    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop)
    try:
        await running
    except asyncio.CancelledError:
        log.info("worker stopped")


async def _turns(instance: Instance) -> None:
    """One turn after the other: losing the database ends a turn, not the worker."""
    while True:
        try:
            await _turn(instance, once=False)
            log.warning("the worker begins anew")
        except (ProcrastinateException, PsycopgError, PoolTimeout) as error:
            log.warning("the worker lost the database and begins anew", error=str(error))
        await asyncio.sleep(lease.BEAT_SECONDS)


async def _turn(instance: Instance, once: bool) -> None:
    """Work until the queue's connections fail."""
    connector = PsycopgConnector(
        conninfo=instance.door.conninfo, min_size=1, max_size=CONCURRENCY + 3
    )
    # A copy of the app: tasks go on deferring through the sync connector of the original.
    app = jobs.queue.with_connector(connector)
    app.periodic_registry = _periodic(app)
    async with app.open_async():
        await asyncio.to_thread(_give_back, instance)
        await asyncio.to_thread(heal, instance)
        hands = Hands(app, once)
        rescuer = asyncio.ensure_future(_rescue(instance, hands))
        try:
            await _run(hands, once)
        finally:
            rescuer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await rescuer


def _periodic(app: procrastinate.App) -> PeriodicRegistry:
    """The periodic tasks, deferred through the worker's connector: those of the original would wait
    for a connection that nobody opens, and end the turn."""
    registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
    for one in jobs.queue.periodic_registry.periodic_tasks.values():
        task = copy.copy(one.task)
        task.blueprint = app
        registry.register_task(task, one.cron, one.periodic_id, one.configure_kwargs)
    return registry


class Hands:
    """The queue's worker, and which of its entries are really being run."""

    def __init__(self, app: procrastinate.App, once: bool) -> None:
        self.worker = Worker(
            app,
            concurrency=CONCURRENCY,
            wait=not once,
            install_signal_handlers=False,
            delete_jobs="successful",
            update_heartbeat_interval=lease.BEAT_SECONDS,
            stalled_worker_timeout=lease.LEASE_SECONDS,
            fetch_job_polling_interval=2.0,
            worker_middleware=[self._note],
        )
        self._running: set[int] = set()
        self._unknown: dict[int, float] = {}

    async def _note(self, run: Callable[[], Awaitable[Any]], context: JobContext, _: Any) -> Any:
        assert context.job.id is not None  # noqa: S101 - it comes from the database
        self._running.add(context.job.id)
        try:
            return await run()
        finally:
            self._running.discard(context.job.id)

    def forgotten(self, begun: set[int]) -> list[int]:
        """Entries of those `begun` that nobody has run for a lease: a connection that was lost in
        the moment of taking one up or of noting its end leaves it so."""
        now = time.monotonic()
        idle = begun - self._running
        self._unknown = {entry: self._unknown.get(entry, now) for entry in idle}
        return [e for e, since in self._unknown.items() if now - since > lease.LEASE_SECONDS]


async def _run(hands: Hands, once: bool) -> None:
    while True:
        await hands.worker.run()  # type: ignore[no-untyped-call]
        # A job that waited for another's lock is not seen until that one has ended.
        if not once or not await _due(hands.worker.app):
            return


async def _due(app: procrastinate.App) -> bool:
    now = datetime.now(UTC)
    waiting = await app.job_manager.list_jobs_async(status="todo")
    return any(one.scheduled_at is None or one.scheduled_at <= now for one in waiting)


async def _rescue(instance: Instance, hands: Hands) -> None:
    for beat in itertools.count(1):
        await asyncio.sleep(lease.BEAT_SECONDS)
        try:
            await asyncio.to_thread(_give_back, instance, hands)
            if beat % HEAL_EVERY == 0:
                await asyncio.to_thread(heal, instance)
        except Exception as error:  # the database may be away for a moment; the next round tells
            log.warning("stalled jobs could not be looked for", error=str(error))


def _give_back(instance: Instance, hands: Hands | None = None) -> None:
    """Give jobs of dead workers back to the queue, so that they go on by themselves."""
    me = hands.worker.worker_id if hands else None
    with instance.door.platform() as tx:
        forgotten = hands.forgotten(lease.begun(tx, me)) if hands and me is not None else []
        tasks = lease.give_back(tx, forgotten)
    for task in tasks:
        log.info("a job of a dead worker goes on", task=task)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
