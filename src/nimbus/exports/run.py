"""Writing the file of an export: batch by batch from its cursor, in memory that does not grow."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from psycopg import sql

from nimbus import files
from nimbus.db.door import Tx
from nimbus.exports.columns import Column, columns, header, reference, selected
from nimbus.exports.export import MEDIA, Export
from nimbus.exports.read import SQL, find
from nimbus.fields.read import catalogue
from nimbus.files.store import CHUNK, DISK_FULL
from nimbus.filters import Params
from nimbus.jobs import Context, defer, in_batches, job, task
from nimbus.problems import Problem, disk_full
from nimbus.segments.selection import members

SIZE = 5_000
# Spreadsheets take a file for UTF-8 only by its mark (decision 0032).
MARK = "\ufeff"
BEGINNING: dict[str, Any] = {"after": None, "bytes": 0, "rows": 0, "done": 0}


def start(tx: Tx, export: Export) -> None:
    """Have a job write the file."""
    defer(tx, run_export, job_id=str(export.job_id), export_id=str(export.id))


@task("exports.write")
def run_export(context: Context, job_id: str, export_id: str) -> None:
    id = UUID(export_id)
    in_batches(
        context, UUID(job_id),
        lambda tx: batch(tx, context.instance.files, id),
        lambda tx: start(tx, find(tx, id)),
        "The export stopped ({error}). Cancel it, and export again.",
    )  # fmt: skip


def batch(tx: Tx, folder: Path, export_id: UUID) -> bool:
    """Write the next rows, or finish; False when it is finished. What a process left behind that
    was killed after the last commit is written over.

    Raises Problem: insufficient_storage; what the catalogue says of a column that is gone.
    """
    tx.run(SQL["together"], {"workspace": tx.workspace_id})
    export = find(tx, export_id)
    path = files.path_of(folder, tx.workspace_id, export.file_id)
    at = job.cursor(tx, export.job_id) or BEGINNING
    known = catalogue(tx)
    found = columns([known.by_ref(ref) for ref in export.columns], known)
    try:
        with _opened(path) as file:
            if file.seek(0, os.SEEK_END) < at["bytes"]:  # Lost with the power.
                at = BEGINNING
            file.truncate(at["bytes"])
            file.seek(at["bytes"])
            after = UUID(at["after"]) if at["after"] else None
            ids = members(tx, export.selection_id, after, SIZE)
            rows = _rows(tx, found, ids)
            file.write(_written(export, found, rows, is_first=not at["bytes"]).encode())
            at = {"after": str(ids[-1]) if ids else at["after"], "bytes": file.tell(),
                  "rows": at["rows"] + len(rows), "done": at["done"] + len(ids)}  # fmt: skip
            if len(ids) < SIZE:
                file.flush()
                os.fsync(file.fileno())
                file.seek(0)
                _finish(tx, export, at, _digest(file))
    except OSError as error:
        if error.errno in DISK_FULL:
            raise disk_full("exported files") from error
        raise Problem(
            "unavailable", f"The file could not be kept: {error.strerror}. Ask the operator."
        ) from error
    if len(ids) < SIZE:
        return False
    job.advance(tx, export.job_id, done=at["done"], total=export.selected, at=at)
    return True


def _opened(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def _rows(tx: Tx, found: Sequence[Column], ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    params = Params(tx.now)
    statement = sql.SQL(SQL["rows"]).format(columns=selected(found, params))
    values = {"workspace": tx.workspace_id, "ids": list(ids), **params.values}
    return tx.connection.execute(statement, values).fetchall()


def _written(
    export: Export, found: Sequence[Column], rows: Sequence[Sequence[Any]], *, is_first: bool
) -> str:  # fmt: skip
    """Column by column, which takes a third of the time of row by row."""
    whole = list(zip(*rows, strict=True)) or [()] * len(found)
    values = [column.of(cells) for column, cells in zip(found, whole, strict=True)]
    if export.format == "jsonl":
        return _lines(found, values)
    text = io.StringIO(newline="")
    table = csv.writer(text)
    if is_first:
        text.write(MARK)
        table.writerow(export.header or header(found, export.format))
    cells = [column.cells(own) for column, own in zip(found, values, strict=True)]
    table.writerows(zip(*cells, strict=True))
    return text.getvalue()


def _lines(found: Sequence[Column], values: Iterable[Sequence[Any]]) -> str:
    keys = [column.key for column in found]
    shown = [
        map(reference(column.field), own) for column, own in zip(found, values, strict=True)
    ]  # fmt: skip
    encode = msgspec.json.Encoder().encode_lines
    return encode([dict(zip(keys, row, strict=True)) for row in zip(*shown, strict=True)]).decode()


def _digest(file: BinaryIO) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.digest(), size


def _finish(tx: Tx, export: Export, at: dict[str, Any], made: tuple[bytes, int]) -> None:
    values = {
        "workspace": tx.workspace_id, "id": export.file_id, "name": export.name,
        "sha256": made[0], "size": made[1], "media": MEDIA[export.format], "now": tx.now,
    }  # fmt: skip
    tx.run(SQL["keep_file"], values)
    tx.run(SQL["finish"], {**values, "id": export.id, "rows": at["rows"]})
    left = export.selected - at["rows"]
    words = f"{at['rows']:,} contact{'' if at['rows'] == 1 else 's'}"
    words += f", without {left:,} that are gone or in the trash" if left else ""
    job.advance(tx, export.job_id, done=at["done"], total=export.selected, at=at)
    job.finish(tx, export.job_id, "done", words)
