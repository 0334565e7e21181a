"""`nimbus serve`: ready, used beside other commands, and stopped without a trace (design 8)."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.accounts.conftest import INIT, NIMBUS


def _hears_ctrl_c() -> None:
    """As from a terminal, also where these tests run in the background, deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Served:
    """A running `nimbus serve` in a session of its own, as a terminal would start it."""

    def __init__(self, data: Path, *more: str) -> None:
        self.data, self.port = data, free_port()
        self.process = subprocess.Popen(
            [*NIMBUS, "serve", "--data", str(data), "--port", str(self.port), *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=_hears_ctrl_c,
        )  # fmt: skip

    def ready(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def health(self) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=10) as answer:
            return json.load(answer)

    def wait_for_worker(self) -> None:
        for _ in range(150):
            if self.health()["worker"]:
                return
            time.sleep(0.2)
        raise AssertionError("no worker appeared")

    def ended(self) -> tuple[int, str]:
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors

    def leftovers(self) -> list[str]:
        """Processes that still name the folder, once those that stop had a moment."""
        for _ in range(200):
            left = [text for _, text in processes() if str(self.data) in text]
            if not left:
                return []
            time.sleep(0.2)
        return left


@pytest.fixture
def serve(data: Path) -> Iterator[Any]:
    started: list[Served] = []

    def start(*more: str) -> Served:
        started.append(Served(data, *more))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def processes() -> list[tuple[int, str]]:
    """Every process with its command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            found.append((int(entry.name), text))
    return found


def workers(served: Served) -> list[int]:
    command = f"nimbus.cli work --data {served.data} "
    return [pid for pid, text in processes() if command in text]


def test_it_is_ready_shared_and_stopped_by_a_signal(serve: Any) -> None:
    served = serve()
    assert served.ready() == f"Nimbus is ready at http://127.0.0.1:{served.port}\n"
    served.wait_for_worker()
    assert served.health() == {"status": "ok", "database": True, "worker": True}
    beside = subprocess.run(
        [*NIMBUS, *INIT, "--data", str(served.data)], capture_output=True, text=True, check=False
    )
    assert beside.returncode == 0, beside.stderr
    asked = urllib.request.Request(f"http://127.0.0.1:{served.port}/api/v1/workspace/")
    asked.add_header("authorization", f"Bearer {json.loads(beside.stdout)['api_key']}")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert json.load(answer)["name"] == "Acme"
    piped = subprocess.run(
        [*NIMBUS, "backup", "-", "--json", "--data", str(served.data)],
        capture_output=True, check=False,
    )  # fmt: skip
    assert piped.returncode == 0, piped.stderr
    with zipfile.ZipFile(io.BytesIO(piped.stdout)) as backup:
        tables = json.loads(backup.read("manifest.json"))["tables"]
    counts = {name: table["rows"] for name, table in tables.items()}
    assert json.loads(piped.stderr)["counts"] == counts
    assert counts["procrastinate_workers"] == 2, "made beside a worker with its two pairs of hands"
    taken = subprocess.run(
        [*NIMBUS, "serve", "--data", str(served.data), "--port", str(served.port)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert taken.returncode == 1
    assert "Address already in use" in taken.stderr
    served.process.send_signal(signal.SIGTERM)
    code, errors = served.ended()
    assert code == 0, errors
    assert "Traceback" not in errors
    assert served.leftovers() == []
    assert not (served.data / "pg" / "postmaster.pid").exists()


def test_ctrl_c_in_a_terminal_stops_it_in_order(serve: Any) -> None:
    served = serve()
    assert served.ready()
    os.killpg(served.process.pid, signal.SIGINT)
    code, errors = served.ended()
    assert code == 0, errors
    assert "Traceback" not in errors
    assert served.leftovers() == []


def test_ctrl_c_while_it_starts_leaves_nothing(serve: Any) -> None:
    for seconds in (0.4, 1.5, 3):
        served = serve()
        time.sleep(seconds)
        os.killpg(served.process.pid, signal.SIGINT)
        code, errors = served.ended()
        # On a slow machine Python itself has not begun after the shortest time, and just ends.
        assert code in (0, 130, -signal.SIGINT), errors
        assert code == -signal.SIGINT or "Traceback" not in errors
        assert served.leftovers() == []


def test_a_worker_that_dies_is_started_again(serve: Any) -> None:
    served = serve()
    served.ready()
    served.wait_for_worker()
    [worker] = workers(served)
    os.kill(worker, signal.SIGKILL)
    for _ in range(150):
        if workers(served) not in ([], [worker]):
            break
        time.sleep(0.2)
    else:
        raise AssertionError("it was not started again")
    served.process.send_signal(signal.SIGTERM)
    code, errors = served.ended()
    assert code == 0
    assert "the worker ended and is started again" in errors
    assert served.leftovers() == []


def test_when_it_is_killed_the_others_notice(serve: Any) -> None:
    served = serve("--no-worker")
    served.ready()
    assert served.health()["worker"] is not None
    assert workers(served) == []
    served.process.kill()
    served.process.communicate()
    assert served.leftovers() == []
    with pytest.raises(OSError, match="refused"):
        served.health()
