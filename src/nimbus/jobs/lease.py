"""Whether workers live: each says so every second, and one that is silent for longer than its lease
is taken for dead (G-05).

A worker that was only asleep does no harm when it wakes: its jobs have other runners by then, and
`job.hold` lets it write nothing more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside

_SQL = beside(__file__, "lease.sql")

BEAT_SECONDS = 1.0
# A page that asks every three seconds still tells within ten that no worker runs, and what a dead
# one had begun goes on within ten.
LEASE_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Heartbeats:
    """How many workers live, of which each process has two, and the seconds since the last sign of
    any; None without one."""

    alive: int
    seconds: float | None


def heartbeats(tx: Tx) -> Heartbeats:
    row = tx.row(_SQL["heartbeats"], {"lease": LEASE_SECONDS})
    assert row  # noqa: S101 - aggregates answer one row
    return Heartbeats(**row)


def worker_is_alive(tx: Tx) -> bool:
    return heartbeats(tx).alive > 0


def begun(tx: Tx, worker: int) -> set[int]:
    """The entries of the queue that this worker is to be running."""
    return set(tx.column(_SQL["begun"], {"worker": worker}))


def give_back(
    tx: Tx, forgotten: Collection[int] = (), running: Collection[int] = ()
) -> list[str]:  # fmt: skip
    """Put what dead workers had begun, and the entries that are `forgotten`, back into the queue;
    answers the names of their tasks. `running` are the entries that the asking process runs."""
    values = {"lease": LEASE_SECONDS, "forgotten": list(forgotten), "running": list(running)}
    return [row["task_name"] for row in tx.rows(_SQL["give_back"], values)]
