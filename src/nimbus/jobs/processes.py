"""Processes beside the worker's, for what takes long in Python: the cells of a large file, the
comparing of a million people (decision 0017).

They know their work and nothing else: no database, no file. Where one is killed the job goes on
without them; when the worker is killed they end by themselves, as nobody is at the other end.
"""

from __future__ import annotations

import gc
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

from nimbus.children import deaf_to_ctrl_c

Given = TypeVar("Given")
Made = TypeVar("Made")

# More would wait: the one that reads and writes for them takes as long as two.
MOST = 2
# Seconds that a process which is not needed any more has, to end what it does.
PATIENCE = 5.0

# As many run at once as there are cores, however many jobs do.
_places = threading.Semaphore(min(MOST, os.cpu_count() or 1))


class ProcessDied(Exception):
    """A process beside could not be begun, or has ended in the middle of its work."""


# Each item with what was made of it, in the order of the items; the next few are being made
# meanwhile. Raises ProcessDied.
InOrder: TypeAlias = Callable[[Iterable[Given]], Generator[tuple[Given, Made]]]


@contextmanager
def count(is_worth_it: bool) -> Iterator[int]:
    """How many processes a job may have: as many as there are cores, up to two, that no other job
    uses; none where it is not worth to begin them."""
    with ExitStack() as given_back:
        taken = 0
        while is_worth_it and _places.acquire(blocking=False):
            given_back.callback(_places.release)
            taken += 1
        yield taken


@contextmanager
def doing(processes: int, work: Callable[[Given], Made]) -> Iterator[InOrder[Given, Made]]:
    """So many processes, or a thread of this one, that do `work`, until the end of the context.

    Raises ProcessDied when one of the processes cannot be begun.
    """
    with ExitStack() as open_ones:
        do = work
        if processes:
            free: SimpleQueue[Connection] = SimpleQueue()
            begun = [open_ones.enter_context(_process(work)) for _ in range(processes)]
            for process in begun:
                _is_there(process)
                free.put(process)
            do = lambda item: _asked(free, item)  # noqa: E731
        pool = ThreadPoolExecutor(max(1, processes))
        # Before the processes are closed: no thread is left that waits for one.
        open_ones.callback(pool.shutdown, cancel_futures=True)

        def in_order(items: Iterable[Given]) -> Generator[tuple[Given, Made]]:
            waiting: deque[tuple[Given, Future[Made]]] = deque()
            for item in items:
                waiting.append((item, pool.submit(do, item)))
                if len(waiting) > processes + 1:
                    first, made = waiting.popleft()
                    yield first, made.result()
            for first, made in waiting:
                yield first, made.result()

        yield in_order


def _is_there(process: Connection) -> None:
    """Wait until it has read its work. On a busy machine that takes longer than a job's
    transaction may stand idle, so that it is not left to the first item."""
    try:
        process.recv()
    except (EOFError, OSError) as gone:
        raise ProcessDied from gone


def _asked(free: SimpleQueue[Connection], item: Any) -> Any:
    """What a free process makes of an item. Each has a pipe of its own, so that one which is killed
    in the middle of a word leaves nobody waiting for the rest of it."""
    process = free.get()
    try:
        process.send(item)
        failed, made = process.recv()
    except (EOFError, OSError) as gone:
        raise ProcessDied from gone
    finally:
        free.put(process)
    if failed:
        raise made
    return made


@contextmanager
def _process(work: Callable[[Any], Any]) -> Iterator[Connection]:
    """A process that does `work`, by our end of its pipe."""
    fresh = get_context("spawn")
    ours, theirs = fresh.Pipe()
    process = fresh.Process(target=_serve, args=(theirs, work), daemon=True)
    try:
        with deaf_to_ctrl_c():
            process.start()
    except OSError as failure:
        raise ProcessDied from failure
    finally:
        theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(asked: Connection, work: Callable[[Any], Any]) -> None:
    """Of a process: say that it is there, and do `work` with what comes until nobody is."""
    # Rows hold no cycles: to look for some every few hundred of them takes a fifth of the time.
    gc.freeze()
    gc.set_threshold(200_000)
    with suppress(EOFError, OSError):
        asked.send(None)
        while True:
            item = asked.recv()
            try:
                answer = False, work(item)
            except Exception as failure:
                answer = True, failure
            asked.send(answer)
