"""The reference files through the import endpoint: a real app and worker on an own database.

Each file is uploaded as a program would; one that waits for its mapping gets its first column as
the email, so that each of its rows comes to an end. What is refused must be refused in words.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from nimbus.imports.import_job import OUTCOMES, OVER

IMPORTS = "/api/v1/imports/"
# As many files at once as a worker works on.
AT_ONCE = 4
SLOWEST_SECONDS = 10.0
START_SECONDS = 60
GIVE_UP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its status, or the code of a refusal, the seconds that its upload or
    its run took, and what is wrong with that."""

    name: str
    status: str
    seconds: float
    wrong: str | None = None


def bring(files: Sequence[Path]) -> tuple[list[str], list[str]]:
    """What is said of the files, and which limits were missed."""
    with _served() as client, ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda file: _one(client, file), files))
    counts = Counter(one.status for one in found)
    slowest = max(found, key=lambda one: one.seconds)
    wrong = [f"{one.name}: {one.wrong}" for one in found if one.wrong]
    said = [
        f"imports: {len(found)} files, "
        + ", ".join(f"{count} {status}" for status, count in counts.most_common()),
        f"imports: slowest {slowest.seconds:.1f} s ({slowest.name}), "
        f"{len(wrong)} with a 5xx, longer than {SLOWEST_SECONDS:.0f} s, or out of balance",
    ]
    return said, wrong


def _one(client: httpx2.Client, file: Path) -> Outcome:
    began = time.monotonic()
    with file.open("rb") as source:
        answer = client.post(IMPORTS, files={"file": (file.name, source, "text/csv")})
    took = time.monotonic() - began
    if answer.status_code != 202:
        told = answer.status_code == 400 and answer.json()["error"]["field"] == "file"
        wrong = None if told else f"{answer.status_code} {answer.text[:200]}"
        return Outcome(file.name, "refused", took, wrong or _late(took))
    url = f"{IMPORTS}{answer.json()['id']}/"
    if answer.json()["status"] == "awaiting_mapping":
        given = {"mapping": [{"column": 0, "field": "email"}]}
        mapped = client.put(f"{url}mapping/", json=given)
        if mapped.status_code != 200:
            return Outcome(file.name, "awaiting", took, f"{mapped.status_code} {mapped.text[:200]}")
    done = _at_its_end(client, url)
    ran = _seconds(done)
    return Outcome(file.name, done["status"], max(took, ran), _wrong(client, url, done, took, ran))


def _at_its_end(client: httpx2.Client, url: str) -> dict[str, Any]:
    until = time.monotonic() + GIVE_UP_SECONDS
    while True:
        done: dict[str, Any] = client.get(url).raise_for_status().json()
        if done["status"] in (*OVER, "paused") or time.monotonic() > until:
            return done
        time.sleep(0.05)


def _wrong(
    client: httpx2.Client, url: str, done: dict[str, Any], took: float, ran: float
) -> str | None:
    if done["status"] != "complete":
        return f"{done['status']}: {done['message']}"
    counted = sum(done[outcome] for outcome in OUTCOMES)
    ledger = client.get(f"{url}rows/?page_size=1").raise_for_status().json()["meta"]["total_count"]
    result = client.get(f"{url}rows.csv").status_code
    if not done["total"] == counted == ledger or not done["total"]:
        return f"{done['total']} rows, {counted} counted, {ledger} in the ledger"
    if result != 200:
        return f"its result file answers {result}"
    return _late(max(took, ran))


def _seconds(done: dict[str, Any]) -> float:
    """From its first stage to its end."""
    if not done["started_at"] or not done["finished_at"]:
        return 0.0
    began, ended = (datetime.fromisoformat(done[at]) for at in ("started_at", "finished_at"))
    return (ended - began).total_seconds()


def _late(seconds: float) -> str | None:
    return f"took {seconds:.1f} s" if seconds > SLOWEST_SECONDS else None


@contextmanager
def _served() -> Iterator[httpx2.Client]:
    """Web, worker and database as `nimbus serve` starts them, and a client with a key."""
    with tempfile.TemporaryDirectory(prefix="nimbus-reference-") as data:
        command = [sys.executable, "-m", "nimbus.cli"]
        made = subprocess.run(
            [*command, "init", "--data", data, "--workspace", "Reference", "--json",
             "--email", "reference@acme.test", "--password", "correct horse battery"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        serving = subprocess.Popen(
            [*command, "serve", "--data", data, "--port", str(port)],
            stdout=subprocess.DEVNULL, env={**os.environ, "NIMBUS_LOG_LEVEL": "warning"},
        )  # fmt: skip
        key = json.loads(made.stdout)["api_key"]
        try:
            with httpx2.Client(
                base_url=f"http://127.0.0.1:{port}",
                headers={"Authorization": f"Bearer {key}"},
                timeout=GIVE_UP_SECONDS,
            ) as client:
                _wait_for(client)
                yield client
        finally:
            serving.terminate()
            serving.wait()


def _wait_for(client: httpx2.Client) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx2.TransportError:
            if time.monotonic() > until:
                raise
        time.sleep(0.2)
