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
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
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
# What waits for the servers of others has hands of its own: were all of them to hang, nothing else
# would wait for that (F-29).
CONCURRENCY, SENDERS = 4, 16
_DUE = """
select exists (
    select from procrastinate_jobs
    where status = 'todo' and (scheduled_at is null or scheduled_at <= now())
) as due
"""


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
    # Of these threads some look after the leases, however many tasks run.
    threads = ThreadPoolExecutor(CONCURRENCY + SENDERS + 4, thread_name_prefix="task")
    asyncio.get_running_loop().set_default_executor(threads)
    connector = PsycopgConnector(
        conninfo=instance.door.conninfo, min_size=1, max_size=CONCURRENCY + 3
    )
    # A copy of the app: tasks go on deferring through the sync connector of the original.
    app = jobs.queue.with_connector(connector)
    app.periodic_registry = _periodic(app)
    async with app.open_async():
        await asyncio.to_thread(_give_back, instance)
        await asyncio.to_thread(heal, instance)
        if once:
            everyone = [Hands(app, once)]
        else:
            senders = Hands(app, once, [jobs.OUTSIDE], SENDERS)
            everyone = [Hands(app, once, [jobs.INSIDE]), senders]
        rescuer = asyncio.ensure_future(_rescue(instance, everyone))
        try:
            await _run(app, everyone, once)
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
    """A worker of some of the queues, or all, and which of its entries are really being run."""

    def __init__(
        self, app: procrastinate.App, once: bool, queues: list[str] | None = None,
        concurrency: int = CONCURRENCY,
    ) -> None:  # fmt: skip
        self.worker = Worker(
            app,
            queues=queues,
            concurrency=concurrency,
            wait=not once,
            install_signal_handlers=False,
            delete_jobs="successful",
            update_heartbeat_interval=lease.BEAT_SECONDS,
            stalled_worker_timeout=lease.LEASE_SECONDS,
            fetch_job_polling_interval=2.0,
            worker_middleware=[self._note],
        )
        self.running: set[int] = set()
        self._unknown: dict[int, float] = {}

    async def _note(self, run: Callable[[], Awaitable[Any]], context: JobContext, _: Any) -> Any:
        assert context.job.id is not None  # noqa: S101 - it comes from the database
        self.running.add(context.job.id)
        try:
            return await run()
        finally:
            self.running.discard(context.job.id)

    def forgotten(self, begun: set[int]) -> list[int]:
        """Entries of those `begun` that nobody has run for a lease: a connection that was lost in
        the moment of taking one up or of noting its end leaves it so."""
        now = time.monotonic()
        idle = begun - self.running
        self._unknown = {entry: self._unknown.get(entry, now) for entry in idle}
        return [e for e, since in self._unknown.items() if now - since > lease.LEASE_SECONDS]


async def _run(app: procrastinate.App, everyone: list[Hands], once: bool) -> None:
    while True:
        running = [asyncio.ensure_future(hands.worker.run()) for hands in everyone]  # type: ignore[no-untyped-call]
        try:
            # Cancelled, it leaves them alone: whoever is asked twice to stop drops what it does.
            await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            # Where one of them fails the turn is over for all; each ends what it has begun.
            for one in running:
                one.cancel()
            ended = await asyncio.gather(*running, return_exceptions=True)
        for how in ended:
            if isinstance(how, Exception):
                raise how
        # A job that waited for another's lock is not seen until that one has ended.
        if not once or not await _due(app):
            return


async def _due(app: procrastinate.App) -> bool:
    """By the clock of the database, which says what can be taken up: by another one this might look
    for ever for what cannot."""
    found = await app.connector.execute_query_one_async(_DUE)
    return bool(found["due"])


async def _rescue(instance: Instance, everyone: list[Hands]) -> None:
    for beat in itertools.count(1):
        await asyncio.sleep(lease.BEAT_SECONDS)
        try:
            await asyncio.to_thread(_give_back, instance, everyone)
            if beat % HEAL_EVERY == 0:
                await asyncio.to_thread(heal, instance)
        except Exception as error:  # the database may be away for a moment; the next round tells
            log.warning("stalled jobs could not be looked for", error=str(error))


def _give_back(instance: Instance, everyone: Sequence[Hands] = ()) -> None:
    """Give jobs of dead workers back to the queue, so that they go on by themselves."""
    forgotten: list[int] = []
    running = set[int]().union(*(hands.running for hands in everyone))
    with instance.door.platform() as tx:
        for hands in everyone:
            if (me := hands.worker.worker_id) is not None:
                forgotten += hands.forgotten(lease.begun(tx, me))
        tasks = lease.give_back(tx, forgotten, running)
    for task in tasks:
        log.info("a job of a dead worker goes on", task=task)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
