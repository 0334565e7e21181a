"""The API of the site while it is served, and many who call it at the same time."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import httpx2

from nimbus.access.keys import issue
from nimbus.access.scopes import SCOPES
from nimbus.access.who import system
from tests.accounts.test_serve import free_port
from tests.soak.kill import kill_all
from tests.soak.site import Site

# Thousands of calls of one key at once are what this is for.
LIMITS_OFF = {"NIMBUS_READS_PER_SECOND": "0", "NIMBUS_WRITES_PER_SECOND": "0"}


@dataclass
class Served:
    """The web process of a site, without a worker, and a connection for each of `callers`."""

    site: Site
    http: httpx2.Client
    pool: ThreadPoolExecutor
    callers: int
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    # How often the power was cut.
    cuts: int = 0

    def start(self) -> None:
        """Serve, anew where what was served before has been killed."""
        words = ["-m", "nimbus.cli", "serve", "--data", str(self.site.data), "--no-worker"]
        self.process = self.site.start(*words, "--port", str(self.port), **LIMITS_OFF)

    def cut(self) -> None:
        """Kill all that serves, the database too, and serve anew."""
        assert self.process
        self.cuts += 1
        kill_all(self.site, self.process)
        self.start()

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def call(self, credential: str, method: str, path: str, **more: Any) -> httpx2.Response:
        """Raises httpx2.TransportError while nothing is served."""
        headers = {"Authorization": f"Bearer {credential}", **more.pop("headers", {})}
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}"
        return self.http.request(method, url, headers=headers, **more)

    def at_once(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """What the calls answer, of which none begins before all are ready to."""
        assert len(calls) <= self.callers
        ready = Barrier(len(calls))

        def begin(call: Callable[[], Any]) -> Any:
            ready.wait(60)
            return call()

        return list(self.pool.map(begin, calls))


@contextmanager
def served(site: Site, callers: int) -> Iterator[Served]:
    limits = httpx2.Limits(max_connections=callers, max_keepalive_connections=callers)
    with (
        httpx2.Client(limits=limits, timeout=60) as http,
        ThreadPoolExecutor(callers) as pool,
    ):
        here = Served(site, http, pool, callers)
        here.start()
        try:
            site.await_(lambda: _answers(here), 60, "nothing is served")
            yield here
        finally:
            here.stop()


def _answers(here: Served) -> bool:
    with suppress(httpx2.TransportError):
        return here.call("nobody", "GET", "contacts/").status_code == 401
    return False


def credentials(site: Site) -> list[str]:
    """An API key of each workspace, the one that the imports go to first."""
    with site.door() as door:
        with door.platform() as tx:
            workspaces = tx.column("select workspace_id from all_workspaces()")
        found = []
        for workspace in sorted(workspaces, key=lambda one: one != site.workspace):
            with door.workspace(workspace) as tx:
                found.append(issue(tx, system(workspace), "Soak", list(SCOPES))[1])
    return found
