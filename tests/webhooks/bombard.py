"""Webhooks under fire: many changes, a receiver that often fails, a worker that is killed.

Every change that was committed arrives, none that was rolled back, each under one id however often
it is tried, and those of a contact in order (G-39).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.access.who import system
from nimbus.db.door import Door
from nimbus.db.secrets import Secrets
from nimbus.webhooks.write import Wanted, create
from tests.webhooks.changes import change, people
from tests.webhooks.receiver import Receiver, receiver

FAILING = 0.3
# So many contacts change in a transaction, of which every tenth is rolled back.
TOGETHER, ROLLED_BACK = 20, 10
# Something arrives every so many seconds until all has, however slow the machine is.
SILENT_FOR = 60.0
# What a worker beside reads: it tries again at once, and never gives up.
SETTINGS = {
    "NIMBUS_WEBHOOKS_ALLOW_LOOPBACK": "true",
    "NIMBUS_WEBHOOKS_RETRIES": ",".join(["0.05"] * 40),
}


@dataclass(frozen=True)
class Field:
    """Where it happens: a workspace, and how a worker of its instance is started."""

    door: Door
    secrets: Secrets
    workspace: UUID
    client: UUID
    worker: Callable[[], subprocess.Popen[bytes]]


def bombard(field: Field, dice: random.Random, case: str, events: int, kills: int) -> None:
    """Raises AssertionError that begins with `case`."""
    with receiver() as here, _settings():
        here.answers = lambda _: 503 if dice.random() < FAILING else 200
        who = system(field.workspace, "Bombard")
        with field.door.workspace(field.workspace) as tx:
            wanted = Wanted(here.url, ["contact.created", "contact.updated"])
            _, secret = create(tx, who, "test", field.secrets, wanted)
        writer = threading.Thread(target=_write, args=[field, events])
        writer.start()
        verified = 0
        for _ in range(kills):
            _kill(field, here, dice, case)
            verified = here.verify(secret, verified)
        last = field.worker()
        try:
            writer.join()
            _drained(field, here, secret, verified, case)
        finally:
            last.terminate()
            last.wait(30)
        _compare(field, here, case, events)


def _write(field: Field, events: int) -> None:
    """Changes of 100 people, one transaction after the other."""
    who = system(field.workspace, "Bombard")
    count = min(100, events // 2)
    with field.door.workspace(field.workspace) as tx:
        made = people(tx, who, field.client, count, at="bombard.example.com")
    left, nth = events - count, 0
    while left:
        nth += 1
        some = [made[(nth * TOGETHER + i) % count] for i in range(min(TOGETHER, left))]
        with suppress(_RolledBackError), field.door.workspace(field.workspace) as tx:
            lost = nth % ROLLED_BACK == 0
            change(tx, who, some, title="Rolled back" if lost else f"Title {nth}")
            if lost:
                for follow in field.door.followers:
                    follow(tx)
                raise _RolledBackError
            left -= len(some)


class _RolledBackError(Exception):
    pass


def _kill(field: Field, here: Receiver, dice: random.Random, case: str) -> None:
    """A worker, killed at some instant after it has begun to send."""
    before = len(here.got)
    worker = field.worker()
    _until(lambda: len(here.got) > before or not _pending(field), 60, f"{case}: nothing is sent")
    time.sleep(dice.random() * 0.5)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


def _compare(field: Field, here: Receiver, case: str, events: int) -> None:
    told = here.events
    with field.door.workspace(field.workspace) as tx:
        written = set(tx.column("select payload from webhook_event"))
        dead = tx.value("select count(*) from webhook_delivery where status <> 'delivered'")
    taken = {event["id"] for event in told}
    assert len(told) == len(written) == events, f"{case}: {len(told)} of {events} arrived"
    assert not dead, f"{case}: {dead} were given up"
    assert {got.body for got in here.got} == written, f"{case}: sent is not what was stored"
    tried = {(e["data"]["id"], e["sequence"], got.id) for got in here.got for e in got.events}
    assert len(tried) == events, f"{case}: an event was tried under two ids"
    assert {id for _, _, id in tried} == taken
    assert all(e["data"]["title"] != "Rolled back" for e in told), f"{case}: one rolled back"
    about: dict[str, list[int]] = {}
    for event in told:
        about.setdefault(event["data"]["id"], []).append(event["sequence"])
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in about.values()), (
        f"{case}: not in order"
    )
    assert len(here.got) > events, f"{case}: nothing was tried again"


def _pending(field: Field) -> int:
    with field.door.workspace(field.workspace) as tx:
        count: int = tx.value(
            "select count(*) from webhook_delivery where workspace_id = %s and status = 'pending'",
            [tx.workspace_id],
        )
    return count


def _drained(field: Field, here: Receiver, secret: str, verified: int, case: str) -> None:
    since = time.monotonic()
    while left := _pending(field):
        if len(here.got) > verified:
            verified, since = here.verify(secret, verified), time.monotonic()
        silent = time.monotonic() - since
        assert silent < SILENT_FOR, f"{case}: {left} wait and nothing came for {silent:.0f} s"
        time.sleep(0.2)
    here.verify(secret, verified)


def _until(what: Callable[[], Any], seconds: float, words: str) -> None:
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, f"{words} after {seconds} s"
        time.sleep(0.05)


@contextmanager
def _settings() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in SETTINGS}
    os.environ.update(SETTINGS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
