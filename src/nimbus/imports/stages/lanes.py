"""Several writers of one turn at once, each over its own stretch of the email keys (decision 0013).

Keys are hashes, so that stretches of equal width hold about as many rows, and whatever is done by
email (claims, contacts) never meets that of another lane.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any
from uuid import UUID

from nimbus.imports.stages.turn import Halted, Turn

# Fewer rows are written before a second writer has begun.
LEAST_ROWS = 10_000
MOST = 4
# As many email keys as there could be.
KEYS = 1 << 128


def count(rows: int) -> int:
    """How many writers serve so many rows: as many as there are cores, up to four."""
    return min(MOST, os.cpu_count() or 1) if rows >= LEAST_ROWS else 1


def stretches(lanes: int) -> list[dict[str, Any]]:
    """Where each lane begins and ends, as the cursor keeps them: the keys above `after` up to
    `until`, null for the first and the last."""
    bounds = [str(UUID(int=KEYS * n // lanes)) for n in range(1, lanes)]
    return [
        {"after": after, "until": until}
        for after, until in zip([None, *bounds], [*bounds, None], strict=True)
    ]


def next_bound(lane: Mapping[str, Any], size: int, total: int) -> str | None:
    """The last email key of a lane's next chunk of about `size` rows, of `total` staged ones;
    None when the chunk reaches to the end of the lane's stretch. Nothing needs to be counted, since
    keys are evenly spread."""
    after = UUID(lane["after"]).int if lane["after"] else 0
    until = UUID(lane["until"]).int if lane["until"] else KEYS
    bound = after + KEYS * size // max(total, size)
    return str(UUID(int=bound)) if bound < until else None


def together(turn: Turn, lanes: int, work: Callable[[Turn, int], None]) -> None:
    """Do `work` for each lane at once. When one raises, the others stop at their next batch, and
    the first exception is raised. Only the first lane notes the time, which is everybody's."""
    if lanes == 1:
        work(turn, 0)
        return
    halt = Event()
    turns = [replace(turn, halt=halt, timed=lane == 0) for lane in range(lanes)]
    failures: list[BaseException] = []

    def run(lane: int) -> None:
        try:
            work(turns[lane], lane)
        except Halted:
            pass
        except BaseException as failure:  # Raised again below, in the thread that asked.
            failures.append(failure)
            halt.set()

    with ThreadPoolExecutor(lanes) as pool:
        list(pool.map(run, range(lanes)))
    turn.since = turns[0].since
    if failures:
        raise failures[0]
