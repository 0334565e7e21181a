"""Running an import through its stages, batch by batch, so that it can be killed at any point.

Each batch is one transaction that holds the job's row: its writes, its counters and the cursor are
committed together by the one rightful runner, or not at all (G-05).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

import structlog
from psycopg.errors import DiskFull

from nimbus.db.door import LOST, Tx
from nimbus.db.instance import Instance
from nimbus.db.sqlfile import beside
from nimbus.enrichment.stage import check_ready
from nimbus.imports.find import find
from nimbus.imports.import_job import STAGES, ImportJob
from nimbus.imports.pause import paused
from nimbus.imports.stages import chunks, parsing, report
from nimbus.imports.stages.turn import (
    Cancelled,
    PauseAsked,
    Stopped,
    Turn,
    begin,
    enter,
    first_stage,
    leave,
    note,
    operation_of,
    pause,
)
from nimbus.jobs import LostJob, job, slots
from nimbus.problems import Problem
from nimbus.scoring.rescore import rescore_companies

log = structlog.get_logger()

_SQL = beside(__file__, "ledger.sql")


def run(
    instance: Instance, workspace_id: UUID, import_id: UUID, at_once: int | None = None
) -> None:
    """Take the import from where it stands to its end, or to where it must wait: also for others,
    when `at_once` imports of the workspace run.

    A stage that fails pauses the job there and says what to do (S1-55); a file that cannot be
    imported at all ends it. Raises Stopped when the process is to stop, LostJob when another runner
    has it.
    """
    began = time.monotonic()
    with instance.door.workspace(workspace_id) as tx:
        found = find(tx, import_id)
        before = slots.take(tx, found.job_id, at_once) if at_once else 0
        _say(tx, found, before)
        if before:
            return
        runner = job.begin(tx, found.job_id)
        if found.operation_id is None:
            begin(tx, found)
    with instance.door.workspace(workspace_id) as tx:
        job.wait(tx, found.job_id)
    turn = Turn(instance, workspace_id, import_id, found.job_id, runner, since=began)
    try:
        _go_through(turn)
    except Cancelled:
        turn.commit(lambda tx: _cancelled(tx, turn))
    except PauseAsked:
        turn.commit(lambda tx: _paused(tx, turn))


def _say(tx: Tx, found: ImportJob, before: int) -> None:
    """Tell a queued import's people how many it waits for, or that it waits no more."""
    imports = "import" if before == 1 else "imports"
    words = f"Waiting for {before} running {imports} of this workspace." if before else None
    if found.status == "queued" and found.message != words:
        job.say(tx, found.job_id, words)
        tx.run(
            "update import_job set message = %s where workspace_id = %s and id = %s",
            [words, tx.workspace_id, found.id],
        )


def _go_through(turn: Turn) -> None:
    stage = STAGES[0]
    try:
        for stage in STAGES[first_stage(turn) :]:
            enter(turn, stage)
            _STAGES[stage](turn)
            leave(turn, stage)
        turn.batch(lambda tx: _complete(tx, turn))
    except DiskFull:
        pause(turn, stage, "The disk of the database is full. Make room on it, then resume.")
    except (LostJob, Stopped, Cancelled, PauseAsked, *LOST):
        raise  # Not the stage's fault: the queue tries again when the database answers.
    except Problem as problem:
        if problem.field == "file":
            _fail(turn, stage, problem.message)
        else:
            pause(turn, stage, problem.message)
    except Exception as error:
        log.error(
            "import paused by an error", stage=stage, import_id=str(turn.import_id), exc_info=error
        )
        pause(turn, stage, f"Something went wrong in this stage ({error}). Resume to try again.")


def _complete(tx: Tx, turn: Turn) -> None:
    report.complete(tx, turn.import_id, turn.job_id)
    note(tx, turn, STAGES[-1])


def _fail(turn: Turn, stage: str, message: str) -> None:
    def fail(tx: Tx) -> None:
        report.failed(tx, find(tx, turn.import_id), message)
        note(tx, turn, stage)

    turn.batch(fail)


def _cancelled(tx: Tx, turn: Turn) -> None:
    found = find(tx, turn.import_id)
    report.cancelled(tx, found)
    note(tx, turn, found.stage or STAGES[0])


def _paused(tx: Tx, turn: Turn) -> None:
    found = find(tx, turn.import_id)
    if found.cancel_asked:
        # Asked after the last batch: nobody would look for it once it is paused.
        _cancelled(tx, turn)
        return
    note(tx, turn, found.stage or STAGES[0])
    paused(tx, found, found.pause_asked or found.created_by)


def _enrich(turn: Turn) -> None:
    """Enrichment, when it was asked for (S1-33); it pauses here without a provider (S1-55)."""

    def enrich(tx: Tx) -> None:
        if find(tx, turn.import_id).options.get("enrich"):
            check_ready(tx)

    turn.batch(enrich)


def _score(turn: Turn) -> None:
    """Contacts that were here already, of companies that this import changed, are scored again."""

    def changed(tx: Tx) -> list[UUID]:
        found = find(tx, turn.import_id)
        return tx.column(_SQL["changed_companies"], turn.ids(operation=found.operation_id))

    ids = turn.batch(changed)
    for start in range(0, len(ids), 1_000):
        part = ids[start : start + 1_000]

        def rescore(tx: Tx) -> None:
            rescore_companies(tx, operation_of(tx, find(tx, turn.import_id)), part)  # noqa: B023
            done = min(len(ids), start + 1_000)  # noqa: B023
            job.advance(tx, turn.job_id, done=done, total=len(ids))
            note(tx, turn, "scoring", done=done, total=len(ids))

        turn.batch(rescore)


_STAGES: dict[str, Callable[[Turn], None]] = {
    "parsing": parsing.parse,
    "deduplicating": chunks.deduplicate,
    "enriching": _enrich,
    "suppressing": chunks.suppress,
    "segmenting": chunks.segment,
    "scoring": _score,
}
