"""Cells of a large file are read in processes of their own: nothing is lost with one of them, and
what is staged is what was parsed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from nimbus.db.door import Tx
from nimbus.imports.find import find
from nimbus.imports.stages import parsing
from nimbus.imports.stages.turn import Turn
from nimbus.intake import stages
from nimbus.intake.parse import Parsed
from nimbus.intake.staged import staged
from nimbus.jobs import processes
from tests.conftest import World
from tests.imports.test_run import bring

FILE = "Email,First name,Tags\n" + "".join(
    f"p{n}@readers.example,Pöl {n},\"a;b\\c{n}\"\n" if n % 7 else f"nobody {n},,\n"
    for n in range(1, 200)
)  # fmt: skip


@pytest.mark.parametrize("killed", [False, True])
def test_an_import_read_by_processes_is_the_same_and_outlives_them(
    world: World, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    monkeypatch.setattr(parsing, "ROWS", 20)
    monkeypatch.setattr(parsing, "LEAST_BYTES", 1)
    monkeypatch.setattr(processes, "_places", threading.Semaphore(2))
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
