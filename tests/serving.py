"""The product as its users meet it: `nimbus serve` on a port of this machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NIMBUS = [sys.executable, "-m", "nimbus.cli"]
EMAIL, PASSWORD = "sales@acme.test", "a long enough password"


@dataclass(frozen=True)
class Site:
    """A running product with one empty workspace, and a key with all scopes."""

    url: str
    data: Path
    workspace: str
    key: str

    def another(self, name: str) -> Site:
        """A further workspace beside, of somebody else."""
        made = _init(self.data, name, f"{name.lower()}@other.test", os.environ)
        return Site(self.url, self.data, made["workspace_id"], made["api_key"])


def _init(folder: Path, workspace: str, email: str, settings: Mapping[str, str]) -> dict[str, str]:
    words = [*NIMBUS, "init", "--data", str(folder), "--workspace", workspace, "--email", email,
             "--password", PASSWORD, "--json"]  # fmt: skip
    done = subprocess.run(words, check=True, capture_output=True, text=True, env=dict(settings))
    made: dict[str, str] = json.loads(done.stdout)
    return made


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Site]:
    """`settings` are those of the environment, such as `NIMBUS_LOG_LEVEL`."""
    own = {**os.environ, "NIMBUS_LOG_LEVEL": "error", **settings}
    made = _init(folder, "Acme", EMAIL, own)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*NIMBUS, "serve", "--data", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        env=own,
    )  # fmt: skip
    try:
        assert server.stdout
        assert "Nimbus is ready" in server.stdout.readline()
        yield Site(f"http://127.0.0.1:{port}", folder, made["workspace_id"], made["api_key"])
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
