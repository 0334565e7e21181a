"""What a worker knows of the entries that it is to be running."""

from __future__ import annotations

from nimbus import worker
from nimbus.jobs import lease
from nimbus.jobs.queue import queue
from nimbus.worker import Hands


def test_an_entry_that_nobody_runs_for_a_lease_is_forgotten(monkeypatch) -> None:
    """Its fetching or its end was lost with a connection."""
    now = 100.0
    monkeypatch.setattr(worker.time, "monotonic", lambda: now)
    hands = Hands(queue, once=True)
    hands.running.add(1)
    assert hands.forgotten({1, 2}) == []
    now += lease.LEASE_SECONDS + 1
    assert hands.forgotten({1, 2, 3}) == [2]
    assert hands.forgotten({1, 3}) == [], "what was given back is not ours any more"
    assert hands.forgotten({2, 3}) == [], "and counts anew"
