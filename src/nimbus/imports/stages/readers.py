"""Processes beside the worker's, in which the cells of a large file are read (decision 0017).

They know a parser and nothing else: no database, no file. Where one is killed the import goes on
without them.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

# Bytes of a file that are read before a process has begun.
LEAST_BYTES = 8 << 20
MOST = 4

# What this process does with an item, when it is one of ours.
_work: list[Callable[[Any], Any]] = []


def count(size: int) -> int:
    """How many processes serve a file of so many bytes: as many as there are cores, up to four;
    none for a small one."""
    return min(MOST, os.cpu_count() or 1) if size >= LEAST_BYTES else 0


def in_order(
    processes: int, work: Callable[[Given], Made], items: Iterable[Given]
) -> Generator[tuple[Given, Made]]:
    """Each item with what `work` made of it, in the order of the items: in so many processes, or in
    a thread of this one. The next few are being made meanwhile.

    Raises BrokenProcessPool when one of the processes was killed.
    """
    pool, do = _pool(processes, work)
    waiting: deque[tuple[Given, Future[Made]]] = deque()
    try:
        for item in items:
            waiting.append((item, pool.submit(do, item)))
            if len(waiting) > max(1, 2 * processes):
                first, made = waiting.popleft()
                yield first, made.result()
        for first, made in waiting:
            yield first, made.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(processes: int, work: Callable[[Any], Any]) -> tuple[Executor, Callable[[Any], Any]]:
    if not processes:
        return ThreadPoolExecutor(1), work
    fresh = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, fresh, _begin, (work,)), _do


def _begin(work: Callable[[Any], Any]) -> None:
    """Of a process: it keeps `work` and what that remembers. A stop is the parent's to give; when
    the parent was killed, this process ends too."""
    # Rows hold no cycles: to look for some every few hundred of them takes a fifth of the time.
    gc.freeze()
    gc.set_threshold(200_000)
    _work.append(work)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=[parent], daemon=True).start()


def _do(item: Any) -> Any:
    return _work[0](item)


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)
