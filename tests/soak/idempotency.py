"""Writes that are sent many times at once with one key, while the power is cut: each is done once,
and answered the same to everybody (D-22)."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2

from nimbus.access.keys import issue
from nimbus.access.who import system
from tests.accounts.test_serve import free_port
from tests.soak.cases import Soak, _kill_all
from tests.soak.site import Site

AT_ONCE, KEYS = 50, 50  # Of each of two workspaces, which use the same keys.
ANSWERED_WITHIN = 60.0
EFFECTS = "select count(*) from operation where kind = 'suppression.emails.add'"


def sent_many_times_at_once(
    soak: Soak, dice: random.Random, case: str, at_once: int = AT_ONCE, keys: int = KEYS
) -> None:
    site, port = soak.site, free_port()
    with site.held():
        site.reset()
        credentials = _credentials(site)
        before = site.look(EFFECTS)
    cut_in = dice.randrange(keys)
    answers: dict[tuple[str, int], set[bytes]] = {}
    served = [_serve(site, port)]
    limits = httpx2.Limits(max_connections=at_once * len(credentials))
    url = f"http://127.0.0.1:{port}/api/v1/suppressions/"
    try:
        with (
            httpx2.Client(limits=limits, timeout=30) as http,
            ThreadPoolExecutor(at_once * len(credentials)) as pool,
        ):
            for nth in range(keys):
                send = _sender(http, url, f"key-{nth}", soak, case)
                running = {
                    credential: [pool.submit(send, credential) for _ in range(at_once)]
                    for credential in credentials
                }
                if nth == cut_in:
                    time.sleep(dice.random() * 0.3)
                    _kill_all(site, served[-1])
                    served.append(_serve(site, port))
                for credential, calls in running.items():
                    answers[credential, nth] = {call.result() for call in calls}
    finally:
        served[-1].send_signal(signal.SIGTERM)
        served[-1].wait(60)
    with site.held():
        # The eye that looks lost its connection with the power.
        site.await_(lambda: site.look(EFFECTS) is not None, 30, f"{case}: no database")
        done = site.look(EFFECTS) - before
    several = [key for key, bodies in answers.items() if len(bodies) != 1]
    assert not several, f"{case}: {len(several)} keys were answered in several ways"
    assert len(set().union(*answers.values())) == len(answers), f"{case}: keys share an answer"
    assert done == len(answers), f"{case}: {len(answers)} keys had {done} effects"


def _sender(
    http: httpx2.Client, url: str, key: str, soak: Soak, case: str
) -> Callable[[str], bytes]:
    """Sends it until it is answered, as a careful program does."""
    body = {"emails": [f"{key}@once-example.com"], "reason": "manual"}

    def send(credential: str) -> bytes:
        headers = {"Authorization": f"Bearer {credential}", "Idempotency-Key": key}
        began = time.monotonic()
        while time.monotonic() - began < ANSWERED_WITHIN:
            try:
                answer = http.post(url, json=body, headers=headers)
            except httpx2.TransportError:  # The power is off.
                time.sleep(0.2)
                continue
            again = answer.headers.get("idempotency-replayed") == "true"
            soak.figures.done[f"key: {answer.status_code}{' again' if again else ''}"] += 1
            if answer.status_code == 201:
                return bytes(answer.content)
            assert answer.status_code in (409, 503), f"{case}: {answer.status_code} {answer.text}"
            time.sleep(float(answer.headers["retry-after"]))
        raise AssertionError(f"{case}: {key} was not answered")

    return send


def _credentials(site: Site) -> list[str]:
    """An API key of each workspace."""
    with site.door() as door:
        with door.platform() as tx:
            workspaces = tx.column("select workspace_id from all_workspaces()")
        found = []
        for workspace in workspaces:
            with door.workspace(workspace) as tx:
                found.append(issue(tx, system(workspace), "Soak", ["suppression:write"])[1])
    return found


def _serve(site: Site, port: int) -> subprocess.Popen[bytes]:
    return site.start("-m", "nimbus.cli", "serve", "--data", str(site.data), "--port", str(port),
                      "--no-worker")  # fmt: skip
