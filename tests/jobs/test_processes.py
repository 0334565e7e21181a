"""Work in processes beside the worker's: what is made comes in order, and nobody waits for one that
is gone (decision 0017)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from nimbus.jobs.processes import ProcessDied, doing
from tests.jobs.doing import deadly, squared


@pytest.mark.parametrize("processes", [0, 2])
def test_what_is_made_comes_in_the_order_of_what_was_given(processes: int) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        while taken < 39:
            taken += 1
            yield taken

    with doing(processes, squared) as in_order:
        for at, (given_one, made) in enumerate(in_order(items()), 1):
            assert (given_one, made) == (at, at * at)
            assert taken <= at + 1 + processes + 1, "read further ahead than there is memory"
    assert taken == 39


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(ProcessDied), doing(2, deadly) as in_order:
        list(in_order(iter(range(40))))


_PARENT = """
import multiprocessing, time
from nimbus.jobs.processes import doing
from tests.jobs.doing import is_deaf
if __name__ == "__main__":
    with doing(2, is_deaf) as in_order:
        for _, deaf in in_order(iter(range(1_000_000))):
            print(deaf, *[c.pid for c in multiprocessing.active_children()], flush=True)
            time.sleep(60)
"""


def test_they_hear_no_ctrl_c_and_end_with_a_parent_that_is_killed(tmp_path: Any) -> None:
    program = tmp_path / "parent.py"
    program.write_text(_PARENT)
    parent = subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert parent.stdout
    deaf, *children = parent.stdout.readline().split()
    assert (deaf, len(children)) == ("True", 2), "also the first one"
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 20
    while any(_lives(int(pid)) for pid in children):
        assert time.monotonic() < until, "a process of a killed parent goes on"
        time.sleep(0.1)


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
