"""Processes beside the worker's, in which the cells of a large file are read (decision 0017).

They know a parser and nothing else: no database, no file. Where one is killed the import goes on
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
from typing import Any, TypeVar

from nimbus.children import deaf_to_ctrl_c

Given = TypeVar("Given")
Made = TypeVar("Made")

# Bytes of a file that are read before a process has begun.
LEAST_BYTES = 8 << 20
# More would wait: the one that reads the file and writes it to the database takes as long as two.
MOST = 2
# Seconds that a process which is not needed any more has, to end what it does.
PATIENCE = 5.0

# As many run at once as there are cores, however many imports do.
_places = threading.Semaphore(min(MOST, os.cpu_count() or 1))


class ReaderDied(Exception):
    """A process that reads cells could not be begun, or has ended in the middle of it."""


@contextmanager
def count(size: int) -> Iterator[int]:
    """How many processes serve a file of so many bytes: as many as there are cores, up to two,
    that no other import uses; none for a small file."""
    with ExitStack() as given_back:
        taken = 0
        while size >= LEAST_BYTES and _places.acquire(blocking=False):
            given_back.callback(_places.release)
            taken += 1
        yield taken


def in_order(
    processes: int, work: Callable[[Given], Made], items: Iterable[Given]
) -> Generator[tuple[Given, Made]]:
    """Each item with what `work` made of it, in the order of the items: in so many processes, or in
    a thread of this one. The next few are being made meanwhile.

    Raises ReaderDied when one of the processes cannot be begun or has ended.
    """
    waiting: deque[tuple[Given, Future[Made]]] = deque()
    with ExitStack() as open_ones:
        do = work
        if processes:
            free: SimpleQueue[Connection] = SimpleQueue()
            for _ in range(processes):
                free.put(open_ones.enter_context(_reader(work)))
            do = lambda item: _asked(free, item)  # noqa: E731
        pool = ThreadPoolExecutor(max(1, processes))
        # Before the processes are closed: no thread is left that waits for one.
        open_ones.callback(pool.shutdown, cancel_futures=True)
        for item in items:
            waiting.append((item, pool.submit(do, item)))
            if len(waiting) > processes + 1:
                first, made = waiting.popleft()
                yield first, made.result()
        for first, made in waiting:
            yield first, made.result()


def _asked(free: SimpleQueue[Connection], item: Any) -> Any:
    """What a free process makes of an item. Each has a pipe of its own, so that one which is killed
    in the middle of a word leaves nobody waiting for the rest of it."""
    reader = free.get()
    try:
        reader.send(item)
        failed, made = reader.recv()
    except (EOFError, OSError) as gone:
        raise ReaderDied from gone
    finally:
        free.put(reader)
    if failed:
        raise made
    return made


@contextmanager
def _reader(work: Callable[[Any], Any]) -> Iterator[Connection]:
    """A process that does `work`, by our end of its pipe."""
    fresh = get_context("spawn")
    ours, theirs = fresh.Pipe()
    process = fresh.Process(target=_serve, args=(theirs, work), daemon=True)
    try:
        with deaf_to_ctrl_c():
            process.start()
    except OSError as failure:
        raise ReaderDied from failure
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
    """Of a process: do `work` with what comes until nobody is there any more."""
    # Rows hold no cycles: to look for some every few hundred of them takes a fifth of the time.
    gc.freeze()
    gc.set_threshold(200_000)
    with suppress(EOFError, OSError):
        while True:
            item = asked.recv()
            try:
                answer = False, work(item)
            except Exception as failure:
                answer = True, failure
            asked.send(answer)
