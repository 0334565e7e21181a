"""The command line, as a person or a script uses it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from nimbus import cli

NIMBUS = [sys.executable, "-m", "nimbus.cli"]
INIT = ["init", "--workspace", "Acme", "--email", "alice@acme.test", "--password",
        "correct horse battery", "--json"]  # fmt: skip


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Nimbus = Callable[..., Done]


@pytest.fixture
def nimbus(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Nimbus]:
    """`nimbus("init", …)` runs a command within this process, which saves its start."""
    kept = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

    def run(*arguments: str, **environment: str) -> Done:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["nimbus", *arguments])
        monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            sys.stdin.close()
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    yield run
    structlog.reset_defaults()
    for name, handler in kept.items():
        signal.signal(name, handler)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an instance in which Alice owns Acme, for the tests of a module."""
    folder = tmp_path_factory.mktemp("instance")
    done = subprocess.run(
        [*NIMBUS, *INIT, "--data", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (folder / "first.json").write_text(done.stdout)
    return folder
