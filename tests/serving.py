"""The product as its users meet it: `nimbus serve` on a port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nimbus import rooms
from nimbus.accounts.create import NewWorkspace, create_workspace
from nimbus.db.instance import instance
from nimbus.settings import Settings

NIMBUS = [sys.executable, "-m", "nimbus.cli"]
# In its folder: what it told of errors.
LOG = "serve.log"
EMAIL, PASSWORD = "sales@acme.test", "a long enough password"


@dataclass(frozen=True)
class Site:
    """A running product with one empty workspace, and a key with all scopes."""

    url: str
    data: Path
    key: str

    def another(self, name: str, *, agency: bool = False, email: str | None = None) -> Site:
        """A further workspace beside, of somebody else, or of the one with this email."""
        email = email or f"{name.lower()}@other.test"
        made = _workspace(self.data, name, email, agency=agency)
        return Site(self.url, self.data, made.api_key)


def _workspace(folder: Path, name: str, email: str, *, agency: bool = False) -> NewWorkspace:
    """As `nimbus init` makes it, within this process, which has read all that it needs."""
    with instance(Settings(data=folder)) as here:
        rooms.install(here.door)
        return create_workspace(
            here.door, name, email, PASSWORD, agency=agency, starters=rooms.starters()
        )


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Site]:
    """`settings` are those of the environment, such as `NIMBUS_LOG_LEVEL`."""
    own = {**os.environ, "NIMBUS_LOG_LEVEL": "error", **settings}
    made = _workspace(folder, "Acme", EMAIL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open(folder / LOG, "wb") as log:
        server = subprocess.Popen(
            [*NIMBUS, "serve", "--data", str(folder), "--port", str(port)],
            stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True, env=own,
        )  # fmt: skip
    try:
        assert server.stdout
        assert "Nimbus is ready" in server.stdout.readline()
        yield Site(f"http://127.0.0.1:{port}", folder, made.api_key)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
