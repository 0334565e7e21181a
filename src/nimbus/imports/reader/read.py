"""The rows of a delimited text file, streamed: every line of it is in exactly one row (G-03)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from nimbus.imports.reader.delimiter import NAMES
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.lines import BLOCK, LONGEST_LINE, blocks
from nimbus.imports.reader.records import MOST_COLUMNS, Record, records

# A batch ends before it holds more than this, so that a few of them fit the memory in which many
# more of ordinary rows would: 25 columns of 5,000 rows are far below both.
MOST_BYTES = 1 << 23
MOST_CELLS = 500_000
# So far a file is read for its first rows; there is none within so many blank lines.
HEAD = 1 << 22
HEAD_BLOCK = 1 << 14
CUT = "(cut: this line is longer than 1 MB)"


class Row(NamedTuple):
    """One row as it stands in the file.

    `number`  counts data rows from 1; `line` is the physical line on which the row starts
    `cells`   as many as the header has; of a row with a defect, whatever was found
    `defect`  why the row cannot be trusted: its cells may be under the wrong headers
    `note`    what was put right or lost within a row that can be used
    """

    number: int
    line: int
    cells: list[str]
    defect: str | None = None
    note: str | None = None


class Batch(NamedTuple):
    """Rows, and how many bytes of the file were read for them: progress without counting first."""

    rows: list[Row]
    position: int


def rows(path: Path, dialect: Dialect, *, skip: int = 0) -> Iterator[Row]:
    """Every data row after the first `skip`."""
    for batch in batches(path, dialect, start_after=skip):
        yield from batch.rows


def batches(
    path: Path, dialect: Dialect, size: int = 1_000, start_after: int = 0
) -> Iterator[Batch]:
    """The data rows after row `start_after`, `size` at a time; fewer in the last batch, and where
    rows are so long that `size` of them would fill the memory."""
    size = max(1, min(size, MOST_CELLS // max(1, dialect.width)))
    waiting: list[Row] = []
    position = number = given = 0
    for found, position in _row_blocks(path, dialect):
        number += len(found)
        if number <= start_after:
            continue
        waiting += found[max(0, start_after - (number - len(found))) :]
        whole = len(waiting) - len(waiting) % size
        for first in range(0, whole, size):
            yield Batch(_filled(waiting[first : first + size], dialect), position)
        del waiting[:whole]
        if whole:
            given = position
        elif waiting and position - given >= MOST_BYTES:
            yield Batch(_filled(waiting, dialect), position)
            waiting, given = [], position
    if waiting:
        yield Batch(_filled(waiting, dialect), position)


def first_rows(path: Path, dialect: Dialect, count: int) -> list[Row]:
    """The first `count` data rows; fewer when the file, or its first 4 MB, have no more."""
    found: list[Row] = []
    for more, position in _row_blocks(path, dialect, HEAD_BLOCK):
        found += more
        if len(found) >= count or position >= HEAD:
            break
    return _filled(found[:count], dialect)


def _filled(rows: list[Row], dialect: Dialect) -> list[Row]:
    """As wide as the header, which the reader itself does not make them: a block may have a hundred
    thousand short rows under a thousand columns."""
    width = dialect.width
    return [
        row
        if len(row.cells) >= width or row.defect
        else row._replace(cells=row.cells + [""] * (width - len(row.cells)))
        for row in rows
    ]


def _is_blank(lines: list[str], dialect: Dialect) -> bool:
    """Tabs between empty cells are a row."""
    text = "".join(lines)
    return text.isspace() and dialect.delimiter not in text


def _row_blocks(path: Path, dialect: Dialect, size: int = BLOCK) -> Iterator[tuple[list[Row], int]]:
    """The rows of each block of the file, and the bytes read by then."""
    number, line, header_due = 1, 1, dialect.has_header
    carried: list[str] = []
    position = 0
    for fresh, position in blocks(path, dialect.encoding, size):
        skipped = min(max(dialect.header_line - line, 0), len(fresh))
        line += skipped
        lines = carried + fresh[skipped:]
        if lines and not header_due and lines[0].isspace() and _is_blank(lines, dialect):
            # Many blank lines in a row are counted and not read: there may be 500 MB of them.
            line, carried = line + len(lines), []
            yield [], position
            continue
        found, end, header_due = _rows_of(lines, dialect, number, line, header_due, False)
        yield found, position
        number += len(found)
        line += end
        carried = lines[end:]
    if carried:
        yield _rows_of(carried, dialect, number, line, header_due, True)[0], position


def _rows_of(
    lines: list[str], dialect: Dialect, number: int, line: int, header_due: bool, final: bool
) -> tuple[list[Row], int, bool]:
    """The rows, the index of the first line that belongs to none yet, whether the header is due."""
    found: list[Row] = []
    width, end = dialect.width, 0
    odd = _is_odd(lines)
    for record in records(lines, dialect, final):
        start, end, cells, note, broken = record
        count = len(cells)
        if not count:
            pass  # What is left for the next block.
        elif header_due:
            header_due = False
        elif count <= width and not (odd or note or broken):
            found.append(Row(number, line + start, cells))
            number += 1
        else:
            found.append(_checked(record, lines, dialect, number, line + start))
            number += 1
    return found, end, header_due


def _is_odd(lines: list[str]) -> bool:
    """Whether some line of a block is too long or has lost a character in decoding."""
    text = "".join(lines)
    return "\ufffd" in text or (len(text) > LONGEST_LINE and max(map(len, lines)) > LONGEST_LINE)


def _checked(record: Record, lines: list[str], dialect: Dialect, number: int, line: int) -> Row:
    """A row that is not simply as wide as the header, or in a block that needs a closer look."""
    width, cells = dialect.width, record.cells
    own = lines[record.start : record.end]
    if any(len(text) > LONGEST_LINE for text in own):
        # The mark is one cell too many, so that nobody imports the rest of the row by mistake.
        cells = [*(cells + [""] * width)[: max(width, len(cells))], CUT]
        return Row(number, line, cells, f"line {line:,} is longer than 1 MB: shorten its cells")
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    found = len(cells)
    most = max(MOST_COLUMNS, width + 1)
    if found > most:
        cells[most - 1 :] = [_as_text(cells[most - 1 :], dialect.delimiter)]
    if record.broken:
        what = "close it, or double it where it is a part of the text"
        return Row(number, line, cells, f"unclosed quote on line {line:,}: {what}")
    if found > width:
        sign = NAMES.get(dialect.delimiter, dialect.delimiter)
        what = f"line {line:,} has {found:,} cells where the header has {width:,}"
        return Row(number, line, cells, f"{what}: put cells that have a {sign} in quotes")
    note = record.note
    if any("\ufffd" in cell for cell in cells):
        note = f"some characters could not be read as {dialect.encoding}"
    return Row(number, line, cells, None, note)


def _as_text(cells: list[str], delimiter: str) -> str:
    """The cells beyond the most that a row may have, in one, so that nothing of it is lost."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()
