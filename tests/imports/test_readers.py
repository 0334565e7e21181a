"""Cells of a large file are read in processes of their own: in order, and nothing is lost with one
of them; and what is staged is what was parsed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from nimbus.db.door import Tx
from nimbus.imports.find import find
from nimbus.imports.stages import readers
from nimbus.imports.stages.turn import Turn
from nimbus.intake import stages
from nimbus.intake.parse import Parsed
from nimbus.intake.staged import staged
from tests.conftest import World
from tests.imports.reading import deadly, squared
from tests.imports.test_run import bring

FILE = "Email,First name,Tags\n" + "".join(
    f"p{n}@readers.example,Pöl {n},\"a;b\\c{n}\"\n" if n % 7 else f"nobody {n},,\n"
    for n in range(1, 200)
)  # fmt: skip


@pytest.mark.parametrize("processes", [0, 2])
def test_what_is_made_comes_in_the_order_of_what_was_given(processes: int) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        while taken < 39:
            taken += 1
            yield taken

    for at, (given_one, made) in enumerate(readers.in_order(processes, squared, items()), 1):
        assert (given_one, made) == (at, at * at)
        assert taken <= at + 1 + processes + 1, "read further ahead than there is memory"
    assert taken == 39


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(readers.ReaderDied):
        list(readers.in_order(2, deadly, iter(range(40))))


@pytest.mark.parametrize("killed", [False, True])
def test_an_import_read_by_processes_is_the_same_and_outlives_them(
    world: World, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    monkeypatch.setattr("nimbus.imports.stages.parsing.ROWS", 20)
    monkeypatch.setattr(readers, "LEAST_BYTES", 1)
    monkeypatch.setattr(readers, "_places", threading.Semaphore(2))
    batch, seen = Turn.batch, set()

    def watched(self: Turn, work: Any) -> Any:
        children = [c for c in multiprocessing.active_children() if c.pid]
        seen.update(child.pid for child in children)
        for child in children if killed else []:
            os.kill(child.pid or 0, signal.SIGKILL)
        return batch(self, work)

    monkeypatch.setattr(Turn, "batch", watched)
    done = bring(world, FILE)
    assert len(seen) == 2
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        finished = find(tx, done.id)
        assert (finished.status, finished.total) == ("complete", 199)
        assert (finished.imported, finished.errored) == (171, 28)
        names = tx.column("select first_name from contact order by email_domain, created_at, id")
        rows = tx.column("select row_no from import_row order by row_no")
        tags = tx.value("select tags from contact where email = 'p1@readers.example'")
    assert set(names) == {f"Pöl {n}" for n in range(1, 200) if n % 7}
    assert rows == list(range(1, 200))
    assert tags == ["a", "b\\c1"]


_PARENT = """
import multiprocessing, time
from nimbus.imports.stages import readers
from tests.imports.reading import is_deaf
if __name__ == "__main__":
    for _, deaf in readers.in_order(2, is_deaf, iter(range(1_000_000))):
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


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
_SIGNS = st.text('\\\t\n\r{},"N; ', max_size=6)
_WORDS = st.none() | _TEXT | _SIGNS
_VALUES = st.fixed_dictionaries({
    "title": _WORDS,
    "first_name": _WORDS,
    "tags": st.none() | st.lists(_TEXT | _SIGNS, max_size=3),
    "company_employee_count": st.none() | st.integers(0, 10**6),
    "consent_date": st.none() | st.dates(date(1, 1, 1)),
    "domain_derived": st.booleans(),
})  # fmt: skip


@given(st.lists(_VALUES, min_size=1, max_size=4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_staged_is_what_was_parsed(world: World, rows: list[dict[str, Any]]) -> None:
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
    columns |= {
        "row_no": list(range(len(rows))), "line": list(range(len(rows))),
        "email": ["a@b.cd"] * len(rows), "email_domain": ["b.cd"] * len(rows),
        "email_key": [str(uuid4()) for _ in rows],
    }  # fmt: skip
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert _copied(tx, columns) == rows


def _copied(tx: Tx, columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    stages.open_batch(tx)
    stages.load(tx, staged(Parsed(columns), tx.workspace_id, uuid4()))
    names = [name for name in columns if name not in
             ("row_no", "line", "email", "email_domain", "email_key")]  # fmt: skip
    return tx.rows(
        sql.SQL("select {} from batch order by row_no").format(
            sql.SQL(", ").join(map(sql.Identifier, names))
        )
    )
