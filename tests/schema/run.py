"""A run of schemathesis against a server of our own, with all of its checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Ours stands in its place: it wants a reason for each refusal.
NOT_CHECKED = ("positive_data_acceptance",)


def run(url: str, key: str, examples: int, seed: int, *more: str) -> tuple[int, str]:
    """The exit code and what schemathesis says. `key` must be one with all scopes."""
    words = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {key}", "--checks", "all",
        "--exclude-checks", ",".join(NOT_CHECKED), "--max-examples", str(examples),
        "--seed", str(seed), "--no-color", "--wait-for-schema", "120", "--request-timeout", "60",
        "--generation-database", "none", *more,
    ]  # fmt: skip
    settings = {
        "SCHEMATHESIS_HOOKS": "tests.schema.hooks", "NIMBUS_SCHEMA_KEY_ID": _id(url, key),
        "NIMBUS_SCHEMA_URL": url, "NIMBUS_SCHEMA_KEY": key,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip
    # What schemathesis remembers of a run it keeps where it is started; no run follows another.
    with tempfile.TemporaryDirectory(prefix="nimbus-schemathesis-", dir="/tmp") as folder:
        done = subprocess.run(
            words, cwd=folder, env=os.environ | settings, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def _id(url: str, key: str) -> str:
    """The id of the key that asks."""
    import httpx2

    answer = httpx2.get(
        f"{url}/api/v1/keys/", headers={"Authorization": f"Bearer {key}"}, timeout=30
    )
    hint = key[-4:]
    return next(one["id"] for one in json.loads(answer.text)["data"] if one["hint"].endswith(hint))
