"""A run of schemathesis against a server of our own, with all of its checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")
# Ours stands in its place: it wants a reason for each refusal.
NOT_CHECKED = ("positive_data_acceptance",)


@dataclass(frozen=True)
class Ran:
    """The exit code and the words of schemathesis, and how often each operation was answered with a
    2xx."""

    code: int
    words: str
    taken: Mapping[str, int]


def run(url: str, key: str, examples: int, seed: int, *more: str) -> Ran:
    """`key` must be one with all scopes."""
    words = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG), "run",
        f"{url}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {key}", "--checks", "all",
        "--exclude-checks", ",".join(NOT_CHECKED), "--max-examples", str(examples),
        "--seed", str(seed), "--no-color", "--wait-for-schema", "120", "--request-timeout", "60",
        "--generation-database", "none", *more,
    ]  # fmt: skip
    settings = {
        "SCHEMATHESIS_HOOKS": "tests.schema.hooks", "NIMBUS_SCHEMA_KEY_ID": _id(url, key),
        "NIMBUS_SCHEMA_URL": url, "NIMBUS_SCHEMA_KEY": key, "NIMBUS_SCHEMA_SEED": str(seed),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip
    # What schemathesis remembers of a run it keeps where it is started; no run follows another.
    with tempfile.TemporaryDirectory(prefix="nimbus-schemathesis-", dir="/tmp") as folder:
        taken = Path(folder) / "taken.json"
        settings["NIMBUS_SCHEMA_TAKEN"] = str(taken)
        done = subprocess.run(
            words, cwd=folder, env=os.environ | settings, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        counted = json.loads(taken.read_text()) if taken.exists() else {}
    return Ran(done.returncode, done.stdout + done.stderr, counted)


def _id(url: str, key: str) -> str:
    """The id of the key that asks."""
    import httpx2

    answer = httpx2.get(
        f"{url}/api/v1/keys/", headers={"Authorization": f"Bearer {key}"}, timeout=30
    )
    hint = key[-4:]
    return next(one["id"] for one in json.loads(answer.text)["data"] if one["hint"].endswith(hint))
