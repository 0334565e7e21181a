"""Running an import through its stages, batch by batch, so that it can be killed at any point.

Each batch is one transaction that holds the job's row: its writes, its counters and the cursor are
committed together by the one rightful runner, or not at all (G-05).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import structlog
from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus import files, operations
from nimbus.access.who import Who, system
from nimbus.accounts.client import Client, client_for, workspace
from nimbus.contacts.write import Writing
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.db.sqlfile import beside
from nimbus.enrichment.stage import check_ready
from nimbus.fields.read import catalogue
from nimbus.imports import find, mapping, report
from nimbus.imports.defaults import default_values
from nimbus.imports.import_job import STAGES, ImportJob
from nimbus.imports.read import batches
from nimbus.imports.sniff import Dialect
from nimbus.intake import stages
from nimbus.intake.parse import Given, Parsed, Parser
from nimbus.jobs import LostJob, job, stopping
from nimbus.operations import Operation
from nimbus.problems import Problem, invalid
from nimbus.scoring.read import scoring_for
from nimbus.scoring.rescore import rescore_companies

log = structlog.get_logger()
T = TypeVar("T")

_SQL = beside(__file__, "ledger.sql")
PARSE_ROWS, CHUNK_ROWS = 5_000, 10_000
# The stages in which rows are looked at, and what each does to a chunk of them.
CHUNKED = ("deduplicating", "suppressing", "segmenting")


class Stopped(Exception):
    """This process was asked to stop; the job goes on in another."""


@dataclass(slots=True)
class Run:
    """One runner's turn at an import, from its cursor on."""

    instance: Instance
    workspace_id: UUID
    import_id: UUID
    job_id: UUID
    runner: UUID

    def batch(self, work: Callable[[Tx], T]) -> T:
        """One transaction as the import's runner. Raises LostJob when it is that no more."""
        if stopping.is_set():
            raise Stopped

        def held(tx: Tx) -> T:
            job.hold(tx, self.job_id, self.runner)
            return work(tx)

        return self.instance.door.attempt(self.workspace_id, held)

    def ids(self, **more: Any) -> dict[str, Any]:
        return {"workspace": self.workspace_id, "import": self.import_id, **more}


def run(instance: Instance, workspace_id: UUID, import_id: UUID) -> None:
    """Take the import from where it stands to its end, or to where it must wait.

    A stage that fails pauses the job there and says what to do (S1-55). Raises Stopped when the
    process is to stop, LostJob when another runner has it.
    """
    with instance.door.workspace(workspace_id) as tx:
        found = find.find(tx, import_id)
        runner = job.begin(tx, found.job_id)
        if found.operation_id is None:
            _begin(tx, found)
    turn = Run(instance, workspace_id, import_id, found.job_id, runner)
    stage = STAGES[0]
    try:
        for stage in STAGES[_first_stage(turn) :]:
            _enter(turn, stage)
            _STAGES[stage](turn)
            _leave(turn, stage)
        turn.batch(lambda tx: report.complete(tx, turn.import_id, turn.job_id))
    except (LostJob, Stopped):
        raise
    except Problem as problem:
        _pause(turn, stage, problem.message)
    except Exception as error:
        log.error(
            "import paused by an error", stage=stage, import_id=str(import_id), exc_info=error
        )
        _pause(turn, stage, f"Something went wrong in this stage ({error}). Resume to try again.")


def _begin(tx: Tx, found: ImportJob) -> None:
    who = Who("system", tx.workspace_id, found.created_by)
    operation = operations.start(
        tx, who, "import", found.options.get("through", "web"),
        subject="import", subject_id=found.id, why=found.name,
    )  # fmt: skip
    tx.run(
        "update import_job set operation_id = %s, started_at = %s "
        "where workspace_id = %s and id = %s",
        [operation.id, tx.now, tx.workspace_id, found.id],
    )


def _first_stage(turn: Run) -> int:
    """Where to go on. After a crash of the database the staged rows are gone: parse again."""

    def look(tx: Tx) -> int:
        at = job.cursor(tx, turn.job_id)
        stage = at.get("stage", STAGES[0])
        staged = tx.value(
            "select count(*) from import_stage where workspace_id = %(workspace)s "
            "and import_id = %(import)s", turn.ids(),
        )  # fmt: skip
        if staged != at.get("staged", 0):
            tx.run("delete from import_stage where workspace_id = %(workspace)s "
                   "and import_id = %(import)s", turn.ids())  # fmt: skip
            job.advance(tx, turn.job_id, done=0, total=None, at={})
            return 0
        return STAGES.index(stage)

    return turn.batch(look)


def _enter(turn: Run, stage: str) -> None:
    def enter(tx: Tx) -> None:
        found = find.find(tx, turn.import_id)
        known = found.stages.get(stage, {})
        known.setdefault("started", tx.now.isoformat())
        known.setdefault("seconds", 0.0)
        tx.run(_SQL["note_stage"], turn.ids(status=stage, stages=Jsonb({stage: known})))
        at = job.cursor(tx, turn.job_id)
        if at.get("stage", STAGES[0]) != stage:
            at = {"stage": stage, "staged": at.get("staged", 0)}
        job.advance(tx, turn.job_id, done=at.get("done", 0), total=at.get("total"), at=at)

    turn.batch(enter)


def _leave(turn: Run, stage: str) -> None:
    def leave(tx: Tx) -> None:
        at = job.cursor(tx, turn.job_id)
        following = STAGES[STAGES.index(stage) + 1] if stage != STAGES[-1] else stage
        job.advance(tx, turn.job_id, done=0, total=None,
                    at={"stage": following, "staged": at.get("staged", 0)})  # fmt: skip
        _note(tx, turn, stage, finished=tx.now.isoformat())

    turn.batch(leave)


def _note(tx: Tx, turn: Run, stage: str, seconds: float = 0.0, **more: Any) -> None:
    """Add to what is known of a stage."""
    known = find.find(tx, turn.import_id).stages.get(stage, {})
    known["seconds"] = known.get("seconds", 0.0) + seconds
    known |= more
    tx.run(_SQL["note_stage"], turn.ids(status=stage, stages=Jsonb({stage: known})))


def _pause(turn: Run, stage: str, message: str) -> None:
    def pause(tx: Tx) -> None:
        tx.run(
            "update import_job set status = 'paused', stage = %s, message = %s "
            "where workspace_id = %s and id = %s",
            [stage, message, tx.workspace_id, turn.import_id],
        )
        job.finish(tx, turn.job_id, "paused", message)

    turn.batch(pause)


# -- parsing


def _parse(turn: Run) -> None:
    """The file into `import_stage`; the next batch is read while the database takes this one."""
    with turn.instance.door.workspace(turn.workspace_id) as tx:
        found = find.find(tx, turn.import_id)
        at = job.cursor(tx, turn.job_id)
        parser = _parser(turn, tx, found)
    path = files.path_of(turn.instance.files, turn.workspace_id, found.file_id)
    dialect = Dialect(**found.dialect) if found.dialect else None
    assert dialect  # noqa: S101 - set when the import was made
    limit = turn.instance.settings.import_max_rows
    read = _parsed(path, dialect, parser, at.get("row", 0), limit)
    with closing(_ahead(read)) as ready:
        for parsed, last_row, fraction in ready:
            began = time.monotonic()
            turn.batch(lambda tx: _stage(tx, turn, parsed, last_row, fraction, began))  # noqa: B023


def _parser(turn: Run, tx: Tx, found: ImportJob) -> Parser:
    fields = catalogue(tx)
    return Parser(
        mapping.columns(mapping.load(found.mapping or []), fields),
        fields,
        turn.instance.secrets.key("email"),
        defaults=default_values(found.options.get("defaults", {}), fields),
        lead_source=f"{found.source}_import_{found.created_at:%Y%m%d}",
    )


def _parsed(
    path: Path, dialect: Dialect, parser: Parser, after: int, limit: int
) -> Iterator[tuple[Parsed, int, float]]:
    size = max(1, path.stat().st_size)
    for found in batches(path, dialect, size=PARSE_ROWS, start_after=after):
        rows = [Given(row.number, row.line, row.cells, row.defect) for row in found.rows]
        if rows[-1].row_no > limit:
            raise invalid(
                f"The file has more than {limit:,} rows. Split it into smaller files and import "
                "them one after the other.", "file",
            )  # fmt: skip
        yield parser.parse(rows), rows[-1].row_no, min(1.0, found.position / size)


def _ahead(items: Iterator[T]) -> Generator[T]:
    """The same items, the next one being made while the caller works on this one."""
    done = object()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, done)
        while (item := coming.result()) is not done:
            coming = pool.submit(next, items, done)
            yield item  # type: ignore[misc]


def _stage(tx: Tx, turn: Run, parsed: Parsed, last_row: int, fraction: float, began: float) -> None:
    stages.open_batch(tx)
    stages.load(tx, turn.import_id, parsed)
    columns = _names(stages.staged_columns(tx))
    staged = tx.run(
        sql.SQL(
            "insert into import_stage ({c}) select {c} from batch order by email_key, row_no "
            "on conflict do nothing"
        ).format(c=columns)
    )
    refused = parsed.refused
    if refused:
        tx.run(
            _SQL["refuse"],
            turn.ids(
                row_no=[r.row_no for r in refused], line=[r.line for r in refused],
                reason=[r.reason for r in refused], email=[r.email for r in refused],
                detail=[Jsonb(r.detail) for r in refused],
            ),
        )  # fmt: skip
    rows = len(parsed) + len(refused)
    tx.run(
        "update import_job set total = %s, errored = errored + %s where workspace_id = %s "
        "and id = %s and total < %s",
        [last_row, len(refused), tx.workspace_id, turn.import_id, last_row],
    )
    at = job.cursor(tx, turn.job_id)
    at |= {"row": last_row, "staged": at.get("staged", 0) + staged, "done": last_row}
    at["total"] = round(last_row / fraction) if fraction else None
    job.advance(tx, turn.job_id, done=last_row, total=at["total"], at=at)
    seconds = time.monotonic() - began
    _note(tx, turn, "parsing", seconds, done=last_row, total=at["total"], rows=rows)


# -- the stages over chunks of staged rows


def _chunked(turn: Run, stage: str, work: Callable[[Tx], None]) -> None:
    chunk = 0
    while turn.batch(lambda tx: _chunk(tx, turn, stage, work)):
        chunk += 1
        # After chunks 1, 2, 4, 8, …: tables that start empty grow past what is known of them.
        if chunk & (chunk - 1) == 0:
            turn.batch(lambda tx: tx.run("select refresh_statistics()"))


def _chunk(tx: Tx, turn: Run, stage: str, work: Callable[[Tx], None]) -> bool:
    """One chunk by the order of email keys; False when it was the last."""
    began = time.monotonic()
    at = job.cursor(tx, turn.job_id)
    values = turn.ids(after=at.get("after"), size=CHUNK_ROWS - 1)
    bound = tx.value(_SQL["next_bound"], values)
    stages.open_batch(tx)
    columns = _names(stages.staged_columns(tx))
    tx.run(sql.SQL(_SQL["take_chunk"]).format(columns=columns), {**values, "bound": bound})
    total = at.get("total")
    if total is None:
        total = _undecided(tx, turn)
    rows = tx.value("select count(*) from batch")
    work(tx)
    _record(tx, turn)
    done = at.get("done", 0) + rows
    at |= {"after": str(bound) if bound else None, "done": done, "total": total}
    job.advance(tx, turn.job_id, done=done, total=total, at=at)
    _note(tx, turn, stage, time.monotonic() - began, done=done, total=total)
    return bound is not None


def _undecided(tx: Tx, turn: Run) -> int:
    found = find.find(tx, turn.import_id)
    return found.total - found.decided


def _record(tx: Tx, turn: Run) -> None:
    counted = dict.fromkeys(
        ("imported", "updated", "unchanged", "skipped", "suppressed", "errored"), 0
    )
    for row in tx.rows(_SQL["record"], turn.ids()):
        counted[row["status"]] += row["rows"]
        counted["unchanged"] += row["unchanged"]
    tx.run(_SQL["count"], turn.ids(**counted))


def _deduplicate(turn: Run) -> None:
    with turn.instance.door.workspace(turn.workspace_id) as tx:
        _, client, options = _settled(turn, tx)

    def work(tx: Tx) -> None:
        stages.deduplicate(tx, client, options)
        names = [c for c in stages.staged_columns(tx) if c not in ("workspace_id", "import_id")]
        if tx.value("select exists (select from batch where duplicate_of is not null)"):
            tx.run(
                sql.SQL(_SQL["keep_folded"]).format(
                    columns=_names(names),
                    values=sql.SQL(", ").join(sql.Identifier("b", name) for name in names),
                ),
                turn.ids(),
            )

    _chunked(turn, "deduplicating", work)


def _enrich(turn: Run) -> None:
    """Enrichment, when it was asked for (S1-33); it pauses here without a provider (S1-55)."""

    def enrich(tx: Tx) -> None:
        if find.find(tx, turn.import_id).options.get("enrich"):
            check_ready(tx)

    turn.batch(enrich)


def _suppress(turn: Run) -> None:
    with turn.instance.door.workspace(turn.workspace_id) as tx:
        _, client, _ = _settled(turn, tx)
    _chunked(turn, "suppressing", lambda tx: stages.suppress(tx, client))


def _segment(turn: Run) -> None:
    """Survivors are claimed, given their company, tier and score, and written, in one go."""

    def work(tx: Tx) -> None:
        found, client, options = _settled(turn, tx)
        fields = catalogue(tx)
        parser = _parser(turn, tx, found)
        writing = Writing(parser.incoming(), client, fields, scoring_for(tx, client.id))
        stages.write(tx, _operation(tx, found), writing, options, later=True)

    _chunked(turn, "segmenting", work)


def _score(turn: Run) -> None:
    """Contacts that were here already, of companies that this import changed, are scored again."""

    def changed(tx: Tx) -> list[UUID]:
        found = find.find(tx, turn.import_id)
        return tx.column(_SQL["changed_companies"], turn.ids(operation=found.operation_id))

    ids = turn.batch(changed)
    for start in range(0, len(ids), 1_000):
        part = ids[start : start + 1_000]
        began = time.monotonic()

        def rescore(tx: Tx) -> None:
            rescore_companies(tx, _operation(tx, find.find(tx, turn.import_id)), part)  # noqa: B023
            done = min(len(ids), start + 1_000)  # noqa: B023
            job.advance(tx, turn.job_id, done=done, total=len(ids))
            _note(tx, turn, "scoring", time.monotonic() - began, done=done, total=len(ids))  # noqa: B023

        turn.batch(rescore)


def _settled(turn: Run, tx: Tx) -> tuple[ImportJob, Client, stages.Options]:
    found = find.find(tx, turn.import_id)
    client = client_for(tx, system(tx.workspace_id), found.client_id)
    limit = workspace(tx).contacts_hard_limit or turn.instance.settings.contacts_hard_limit
    options = stages.Options(found.options["dedup_behavior"], found.options["in_trash"], limit)
    return found, client, options


def _operation(tx: Tx, found: ImportJob) -> Operation:
    assert found.operation_id  # noqa: S101 - set before the first stage
    who = Who("system", tx.workspace_id, found.created_by)
    return Operation(found.operation_id, "import", "import", who, tx.now)


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


_STAGES: dict[str, Callable[[Run], None]] = {
    "parsing": _parse,
    "deduplicating": _deduplicate,
    "enriching": _enrich,
    "suppressing": _suppress,
    "segmenting": _segment,
    "scoring": _score,
}
