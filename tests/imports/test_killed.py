"""kill -9 inside any stage, and the import ends as if nothing had happened (G-05)."""

from __future__ import annotations

import itertools
import signal
from typing import Any

import psycopg
import pytest

from nimbus.demo.people import HEADER, people
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.imports.stages import run as stages
from nimbus.imports.stages.run import run
from nimbus.imports.stages.turn import StagedRowsGone, Turn
from tests.conftest import World
from tests.imports.killed import ROWS as SMALL
from tests.imports.killed import run_until
from tests.imports.test_run import bring
from tests.killing import ended

ROWS = 90


def _file() -> str:
    """Good rows, repeats, rows without email, one suppressed and one assigned elsewhere."""
    lines = [",".join(HEADER)]
    known = list(people(ROWS))
    for number, row in enumerate(known):
        cells = list(row)
        if number % 9 == 3:
            cells[2] = known[number - 1][2].upper()
            cells[3] = ""
        if number % 17 == 5:
            cells[2] = ""
        lines.append(",".join(f'"{cell}"' for cell in cells))
    return "\n".join(lines) + "\n"


def _prepare(world: World) -> None:
    rows = list(people(ROWS))
    bring(world, f"Email\n{rows[20][2]}\n", person=world.charlie)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "insert into suppression (workspace_id, email, reason, source, created_by, created_at)"
            " values (%s, %s, 'manual', 'test', 'test', %s)",
            [tx.workspace_id, rows[40][2], tx.now],
        )


def _state(world: World, done: ImportJob) -> dict[str, Any]:
    """Everything that an import leaves, but for ids and times."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return {
            "counts": [done.total, done.imported, done.updated, done.skipped, done.suppressed,
                       done.errored],
            "contacts": tx.rows(
                "select c.email, c.full_name, c.title, c.seniority, c.country, c.tags, c.icp_tier, "
                "c.lead_score, c.score_rules, c.client_id, k.domain, k.employee_count "
                "from contact c left join company k on k.id = c.company_id order by c.email"
            ),
            "companies": tx.rows("select domain, name, industry from company order by domain"),
            "ledger": tx.rows(
                "select row_no, line, status, reason, email, duplicate_of_row, detail - 'until' "
                "from import_row order by row_no"
            ),
            "changes": tx.rows(
                "select thing, kind, count(*) from change where thing in ('contact', 'company') "
                "group by 1, 2 order by 1, 2"
            ),
            "claims": tx.value(
                "select count(*) from contact c, registry_history(c.email_key) h"
            ),
            "staged": tx.value("select count(*) from import_stage"),
        }  # fmt: skip


@pytest.fixture
def undisturbed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    for name in ("parsing.ROWS", "chunks.START", "chunks.MOST", "companies.ROWS"):
        monkeypatch.setattr(f"nimbus.imports.stages.{name}", SMALL)
    monkeypatch.setattr("nimbus.imports.stages.lanes.LEAST_ROWS", 1)
    _prepare(world)
    return world


def _batches_of_a_run(world: World) -> tuple[int, dict[str, Any]]:
    """How many transactions an undisturbed import takes, and what it leaves. In a copy: rolled
    back by importing into another world would change the claims, so it is done first and undone."""
    numbers, batch = itertools.count(), Turn.batch

    def count(self: Turn, work: Any) -> Any:
        next(numbers)
        return batch(self, work)

    Turn.batch = count  # type: ignore[method-assign]
    try:
        done = bring(world, _file(), work=False)
        run(world.instance, world.alice.who.workspace_id, done.id)
    finally:
        Turn.batch = batch  # type: ignore[method-assign]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        finished = find(tx, done.id)
    assert finished.status == "complete", finished.message
    state = _state(world, finished)
    _forget(world)
    return next(numbers), state


def _forget(world: World) -> None:
    """Take everything of Alice's import away again."""
    with psycopg.connect(world.instance.logins.migrate) as connection:
        for table in ("contact", "company", "import_row", "import_stage", "change", "import_job",
                      "job", "field_mapping"):  # fmt: skip
            connection.execute(
                f"delete from {table} where workspace_id = %s",  # type: ignore[arg-type]
                [world.alice.who.workspace_id],
            )
        connection.execute(
            "delete from client_assignment where workspace_id = %s", [world.alice.who.workspace_id]
        )


def _kill_in(world: World, nth: int) -> ImportJob:
    made = bring(world, _file(), work=False)
    told = {
        "data": str(world.instance.settings.data), "files": str(world.instance.files),
        "app": world.instance.logins.app, "migrate": world.instance.logins.migrate,
        "workspace": str(world.alice.who.workspace_id),
    }  # fmt: skip
    assert ended(run_until, nth, told, made.id) == -signal.SIGKILL
    return made


def test_an_import_killed_at_any_batch_ends_as_if_nothing_had_happened(undisturbed: World) -> None:
    world = undisturbed
    batches, expected = _batches_of_a_run(world)
    # The counts must be those of a file in which something of everything happens.
    assert all(expected["counts"][at] for at in (0, 1, 3, 4, 5))

    for nth in range(2, batches + 1, max(1, batches // 5)):
        made = _kill_in(world, nth)
        run(world.instance, world.alice.who.workspace_id, made.id)
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            finished = find(tx, made.id)
        assert finished.status == "complete", finished.message
        assert _state(world, finished) == expected, f"killed in batch {nth} of {batches}"
        _forget(world)


def test_staged_rows_lost_in_a_crash_that_nobody_noticed_are_parsed_again(
    undisturbed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two transactions: the next finds a database that answers, and nothing staged."""
    world, workspace = undisturbed, undisturbed.alice.who.workspace_id
    _, expected = _batches_of_a_run(world)
    made = bring(world, _file(), work=False)
    suppress = stages._STAGES["suppressing"]

    def crashed(turn: Turn) -> None:
        suppress(turn)
        with psycopg.connect(world.instance.logins.migrate) as connection:
            connection.execute("truncate import_stage")

    monkeypatch.setitem(stages._STAGES, "suppressing", crashed)
    with pytest.raises(StagedRowsGone):
        run(world.instance, workspace, made.id)
    monkeypatch.setitem(stages._STAGES, "suppressing", suppress)
    run(world.instance, workspace, made.id)
    with world.door.workspace(workspace) as tx:
        finished = find(tx, made.id)
    assert _state(world, finished) == expected


def test_staged_rows_lost_in_a_crash_of_the_database_are_parsed_again(undisturbed: World) -> None:
    world = undisturbed
    batches, expected = _batches_of_a_run(world)
    made = _kill_in(world, batches * 2 // 3)
    with psycopg.connect(world.instance.logins.migrate) as connection:
        # What PostgreSQL does to unlogged tables when it recovers.
        connection.execute("truncate import_stage")
    run(world.instance, world.alice.who.workspace_id, made.id)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        finished = find(tx, made.id)
    assert _state(world, finished) == expected
