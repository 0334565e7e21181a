"""Result files: the rows of the kept file beside what became of each, streamed (S1-58, F-10).

The ledger is read in chunks, each in a short transaction of its own: a client that reads slowly
holds a file open, and never a database connection.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from nimbus import files
from nimbus.db.door import Door
from nimbus.imports import find
from nimbus.imports.import_job import ImportJob
from nimbus.imports.reader.delimiter import DELIMITERS
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.read import Row
from nimbus.imports.reader.read import rows as rows_of_file
from nimbus.imports.reasons import Around, around, message
from nimbus.imports.result_columns import RESULT_COLUMNS
from nimbus.imports.resume import dialect_of
from nimbus.problems import Problem
from nimbus.web.route import Ask

CHUNK = 5_000
PIECE = 1 << 18
MARK = "\ufeff"


def answer(
    ask: Ask, found: ImportJob, status: str | None, *, spreadsheet: bool = False
) -> Response:
    """The rows of an outcome (None: of all) as CSV.

    Programs get UTF-8 without a mark and commas (S1-08, RFC 4180). For a `spreadsheet` it has the
    delimiter of the file itself and the byte order mark, so that a double click opens it right.
    """
    path = files.path_of(ask.instance.files, ask.tx.workspace_id, found.file_id)
    if not path.exists():
        raise Problem("not_found", "The uploaded file of this import is no longer kept.")
    lines = written(
        ask.instance.door, ask.tx.workspace_id, found.id, path, dialect_of(found), status,
        spreadsheet=spreadsheet,
    )  # fmt: skip
    what = {"errored": "errors", None: "results"}.get(status, status)
    name = f"{found.name.removesuffix('.csv')} {what}.csv"
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=called(name))


def written(
    door: Door, workspace_id: UUID, import_id: UUID, path: Path, dialect: Dialect,
    status: str | None, *, spreadsheet: bool = False,
) -> Iterator[str]:  # fmt: skip
    """The header, then chunk by chunk the rows.

    The cells are the person's own and are given back as they were, also those that begin like a
    formula: an apostrophe in front would corrupt the file that is to be imported again.
    """
    keep = [at for at, name in enumerate(dialect.header) if name not in RESULT_COLUMNS]
    # By other delimiters a result file is not known again (`sniff`), and spreadsheets know none.
    apart = dialect.delimiter if spreadsheet and dialect.delimiter in DELIMITERS else ","
    mark = MARK if spreadsheet else ""
    head = [*(dialect.header[at] for at in keep), *RESULT_COLUMNS]
    yield mark + "".join(pieces([head], apart))
    in_file = rows_of_file(path, dialect)
    for chunk, told in _ledger(door, workspace_id, import_id, status):
        yield from pieces(_beside(in_file, chunk, told, keep, dialect.width), apart)


def _ledger(
    door: Door, workspace_id: UUID, import_id: UUID, status: str | None
) -> Iterator[tuple[list[find.ImportJobRow], Around]]:
    after = 0
    while True:
        with door.workspace(workspace_id) as tx:
            chunk = find.rows(tx, import_id, status, after, CHUNK)
            told = around(tx, chunk, import_id)
        if chunk:
            yield chunk, told
        if len(chunk) < CHUNK:
            return
        after = chunk[-1].row_no


def _beside(
    in_file: Iterator[Row], chunk: list[find.ImportJobRow], told: Around, keep: list[int],
    width: int,
) -> Iterator[list[str]]:  # fmt: skip
    """Ledger and file have the same order, so each row of the file is looked at once."""
    for entry in chunk:
        row = next(row for row in in_file if row.number == entry.row_no)
        words = message(entry.status, entry.reason, entry.detail, entry.duplicate_of_row, told)
        cells = [row.cells[at] if at < len(row.cells) else "" for at in keep]
        # Cells beyond the header stick out at the end, behind the result columns, where one sees
        # what is too much. Under a column of their own they would be as wide as the header, and the
        # row, whose cells may stand under wrong names, would go in uncorrected.
        surplus = row.cells[width:]
        yield [*cells, str(entry.line), entry.status, entry.reason or "", words, *surplus]


def pieces(table: Iterable[list[str]], delimiter: str) -> Iterator[str]:
    """As CSV, in pieces that leave as they fill: a chunk of rows may be 5 GB long."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    for cells in table:
        writer.writerow(cells)
        if text.tell() >= PIECE:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def called(name: str) -> dict[str, str]:
    """The headers that give a download its name."""
    plain = "".join(sign if sign.isascii() and sign not in '"\\' else "_" for sign in name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    }
