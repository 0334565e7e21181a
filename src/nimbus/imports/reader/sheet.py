"""The program that reads a workbook: `python -m nimbus.imports.reader.sheet ROWS BYTES`.

The workbook is its standard input, the CSV its standard output, and one line of JSON on standard
error says how it went. It is a process of its own because the library holds a whole sheet in
memory: a file of 2 kB can claim a cell in the last row and column, for which it asks for 550 GB at
once, and aborts. Here that ends nothing but the reading of this file.
"""

from __future__ import annotations

import csv
import errno
import json
import mmap
import os
import resource
import sys
import zipfile
from contextlib import suppress
from datetime import datetime
from typing import IO, Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from nimbus.imports.reader.not_text import too_large
from nimbus.imports.result_columns import RESULT_COLUMNS
from nimbus.problems import Problem, invalid

# The parts of a workbook together, unpacked, as its directory has them (docs/operating.md).
MOST_UNPACKED = 500_000_000
# A directory may lie, and a sheet may be far larger than its file: what is never exceeded.
MEMORY = 1 << 30
CPU_SECONDS = 120
# One of our result files may come back. Which table has too many columns is said by `sniff`.
MOST_COLUMNS = 1_000 + len(RESULT_COLUMNS)


def main() -> None:
    most_rows, most_bytes = map(int, sys.argv[1:])
    # The file of the CSV is bounded by the system: one long text may stand in a million cells.
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, most_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        # Not every system lets all of them be set.
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    told: dict[str, Any]
    try:
        told = {"notes": _read(most_rows)}
    except Problem as problem:
        told = {"refused": problem.message}
    except MemoryError:
        told = {"refused": too_large().message}
    except OSError as error:
        full = error.errno == errno.EFBIG
        told = {"refused": too_large().message} if full else {"errno": error.errno}
    print(json.dumps(told), file=sys.stderr)


def _read(most_rows: int) -> list[str]:
    """Write the first visible sheet that has cells; what is to be said about it."""
    source = sys.stdin.buffer
    source.seek(0)
    _look_at(source)
    source.seek(0)
    taken: str | None = None
    with (
        CalamineWorkbook.from_filelike(source) as book,
        # A byte order mark, so that nobody has to guess.
        open(1, "w", encoding="utf-8-sig", newline="", closefd=False) as out,
    ):
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        for name in names:
            if taken is None:
                if _copy(book.get_sheet_by_name(name), out, most_rows):
                    taken = name
            elif book.get_sheet_by_name(name).total_height:
                return [
                    f"The workbook has several sheets; the first, “{taken}”, was taken. To import "
                    "another, move it to the front or save it as CSV UTF-8."
                ]
    if taken is None:
        raise invalid("The workbook has no cells. Check that the right one was saved.", "file")
    return []


def _look_at(source: IO[bytes]) -> None:
    """Raises Problem for a workbook that is too large or encrypted, before it is opened."""
    size = os.fstat(source.fileno()).st_size
    if source.read(2) == b"PK":
        with zipfile.ZipFile(source) as parts:
            size = sum(part.file_size for part in parts.infolist())
    else:
        # An encrypted workbook is an old Office file around a part of this name.
        with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            if whole.find("EncryptedPackage".encode("utf-16-le")) >= 0:
                raise invalid(
                    "This workbook is protected by a password. Save it without one, or as CSV "
                    "UTF-8, and upload that.", "file",
                )  # fmt: skip
    if size > MOST_UNPACKED:
        raise too_large()


def _copy(sheet: CalamineSheet, out: IO[str], most_rows: int) -> bool:
    """Whether it has any cells; every row of the sheet is written as one, also blank ones, so that
    lines are the rows that the person sees."""
    if sheet.width > MOST_COLUMNS:
        raise invalid(
            f"The sheet “{sheet.name}” is {sheet.width:,} columns wide; at most 1,000 can be "
            "imported. Delete those you do not need, also stray cells far to the right.", "file",
        )  # fmt: skip
    # In quotes, all of it, nothing in a cell can be taken for a delimiter (`sniff`).
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    filled = 0
    for row in sheet.iter_rows():
        cells = [_text(value) for value in row]
        filled += any(cells)
        # One more is the header. A title above it is no reason to count on.
        if filled > most_rows + 1:
            raise invalid(
                f"The sheet “{sheet.name}” has more than {most_rows:,} rows, the most that one "
                "import takes. Split it into smaller ones and import them one after the other.",
                "file",
            )
        writer.writerow(cells if any(cells) else [])
    return filled > 0


def _text(value: Any) -> str:
    """A cell as CSV has it: dates as ISO, whole numbers without a point (they may be phones)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime) else str(value)


if __name__ == "__main__":
    main()
