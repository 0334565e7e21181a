"""Parsing: the file into `import_stage`, the next batches being read while this one is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec
import structlog
from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus import files
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.imports.find import find
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.read import Batch, Row, batches
from nimbus.imports.stages.counting import check_rows
from nimbus.imports.stages.turn import Stopped, Turn, note, parser_of
from nimbus.intake import stages
from nimbus.intake.parse import Given, Parsed, Parser
from nimbus.intake.staged import Staged, staged
from nimbus.jobs import job, processes, stopping
from nimbus.problems import invalid

log = structlog.get_logger()

_SQL = beside(__file__, "ledger.sql")
ROWS = 5_000
# Bytes of a file that are read before a process has begun (decision 0017).
LEAST_BYTES = 8 << 20


def parse(turn: Turn) -> None:
    """The file into `import_stage`; the next batches are read while the database takes this one.

    Raises Problem, for which the import ends, when the file is gone or has too many rows.
    """
    with turn.instance.door.workspace(turn.workspace_id) as tx:
        found = find(tx, turn.import_id)
        parser = parser_of(turn, tx, found)
    path = files.path_of(turn.instance.files, turn.workspace_id, found.file_id)
    dialect = Dialect(**found.dialect) if found.dialect else None
    assert dialect  # noqa: S101 - set when the import was made
    if not path.exists():
        raise invalid("The uploaded file is not there any more. Import it again.", "file")
    if not found.total:
        check_rows(path, dialect, turn.instance.settings.import_max_rows)
    with processes.count(path.stat().st_size >= LEAST_BYTES) as readers:
        try:
            _read(turn, path, dialect, parser, readers)
        except processes.ProcessDied:
            if stopping.is_set():
                raise Stopped from None  # Who stops us has stopped them too.
            log.warning("cells are read without processes beside", import_id=str(turn.import_id))
            _read(turn, path, dialect, parser, 0)


def _read(turn: Turn, path: Path, dialect: Dialect, parser: Parser, readers: int) -> None:
    """From the cursor on, the cells read in so many processes or in a thread of this one."""
    with turn.instance.door.workspace(turn.workspace_id) as tx:
        after = job.cursor(tx, turn.job_id).get("row", 0)
    work = partial(_staged, parser, turn.workspace_id, turn.import_id)
    size = max(1, path.stat().st_size)
    found = map(_packed, batches(path, dialect, size=ROWS, start_after=after))
    with processes.doing(readers, work) as in_order:
        for batch, made in in_order(found):
            at = batch.last_row, min(1.0, batch.position / size)
            turn.batch(lambda tx: _stage(tx, turn, made, *at))  # noqa: B023


class _Packed(NamedTuple):
    """A batch of the reader on its way to another process, for which pickles take too long."""

    rows: bytes
    last_row: int
    position: int


def _packed(batch: Batch) -> _Packed:
    return _Packed(msgspec.msgpack.encode(batch.rows), batch.rows[-1].number, batch.position)


def _staged(parser: Parser, workspace_id: UUID, import_id: UUID, batch: _Packed) -> Staged:
    rows = msgspec.msgpack.decode(batch.rows, type=list[Row])
    return staged(parsed(parser, rows), workspace_id, import_id)


def parsed(parser: Parser, rows: Sequence[Row]) -> Parsed:
    """The rows of a reader as the parser reads them. What the reader put right or lost in a row is
    told of it (G-03), also where the row is refused."""
    found = parser.parse([Given(r.number, r.line, r.cells, r.defect, r.note) for r in rows])
    notes = {row.number: row.note for row in rows if row.note} if found.refused else {}
    if notes:
        found.refused = [
            replace(one, detail={**one.detail, "note": notes[one.row_no]})
            if one.row_no in notes
            else one
            for one in found.refused
        ]
    return found


def _stage(tx: Tx, turn: Turn, batch: Staged, last_row: int, fraction: float) -> None:
    stages.open_batch(tx)
    stages.load(tx, batch)
    columns = stages.listed(stages.staged_columns(tx))
    staged = tx.run(
        sql.SQL(
            "insert into import_stage ({c}) select {c} from batch order by email_key, row_no "
            "on conflict do nothing"
        ).format(c=columns)
    )
    refused = batch.refused
    if refused:
        tx.run(
            _SQL["refuse"],
            turn.ids(
                row_no=[r.row_no for r in refused], line=[r.line for r in refused],
                reason=[r.reason for r in refused], email=[r.email for r in refused],
                detail=[Jsonb(r.detail) for r in refused],
            ),
        )  # fmt: skip
    rows = batch.rows + len(refused)
    tx.run(
        "update import_job set total = %s, errored = errored + %s where workspace_id = %s "
        "and id = %s and total < %s",
        [last_row, len(refused), tx.workspace_id, turn.import_id, last_row],
    )
    at = job.cursor(tx, turn.job_id)
    at |= {"row": last_row, "staged": at.get("staged", 0) + staged, "done": last_row}
    at["total"] = round(last_row / fraction) if fraction else None
    job.advance(tx, turn.job_id, done=last_row, total=at["total"], at=at)
    note(tx, turn, "parsing", done=last_row, total=at["total"], rows=rows)
