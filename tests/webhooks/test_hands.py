"""Endpoints that hang keep nobody waiting but themselves (F-29, G-40)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.webhooks import delivery
from nimbus.worker import CONCURRENCY
from tests.conftest import World
from tests.webhooks.bombard import SETTINGS
from tests.webhooks.changes import people
from tests.webhooks.conftest import Subscribe
from tests.webhooks.receiver import Receiver

# Seconds; as long as it takes, unless something waits for what hangs.
PATIENCE = 60.0


def test_an_import_does_not_wait_for_endpoints_that_hang(
    world: World, here: Receiver, subscribe: Subscribe, http: TestClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """More webhooks of Alice's hang than the worker has hands; Charlie imports meanwhile."""
    alice, charlie, until = world.alice, world.charlie, threading.Event()
    hung = threading.Semaphore(0)

    def hang(*_: object) -> int:
        hung.release()
        until.wait(2 * PATIENCE)
        return 204

    monkeypatch.setattr(here, "take", hang)
    for _ in range(CONCURRENCY + 1):
        subscribe()
    with world.door.workspace(alice.who.workspace_id) as tx:
        people(tx, alice.who, alice.client.id, 1)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    worker = _worker(world)
    try:
        for _ in range(CONCURRENCY + 1):
            assert hung.acquire(timeout=PATIENCE), "they are not all sent to at once"
        file = {"file": ("people.csv", b"email\nmay@example.com\n")}
        made = http.post("/api/v1/imports/", files=file, headers=charlie.headers).json()
        path, began = f"/api/v1/imports/{made['id']}/", time.monotonic()
        while http.get(path, headers=charlie.headers).json()["status"] != "complete":
            assert time.monotonic() - began < PATIENCE, "the import waits"
            time.sleep(0.05)
    finally:
        until.set()
        worker.kill()
        worker.wait()


def test_one_that_kept_us_waiting_is_parked_at_once(
    world: World, here: Receiver, subscribe: Subscribe, call: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """So that it holds a hand for one attempt at a time, and longer and longer not at all."""
    alice = world.alice
    monkeypatch.setattr(delivery, "SLOW_SECONDS", 0.0)
    here.answers = lambda _: 503
    hook = subscribe()
    with world.door.workspace(alice.who.workspace_id) as tx:
        people(tx, alice.who, alice.client.id, 3)
    world.work()
    health = call("GET", f"{hook['id']}/")["health"]
    assert health["failures"] == len(here.got)
    assert health["parked_until"]


def _worker(world: World) -> subprocess.Popen[bytes]:
    here = world.instance
    told = json.dumps(
        {
            "data": str(here.settings.data), "files": str(here.settings.files),
            "migrate": here.logins.migrate, "app": here.logins.app, "patience": 4 * PATIENCE,
        }
    )  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "tests.webhooks.worker", told], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
