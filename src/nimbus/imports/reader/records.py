"""Records of physical lines: the csv module for what is well written, `mend` for what is not."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.lines import LONGEST_LINE
from nimbus.imports.reader.mend import FARTHEST, mend

MOST_COLUMNS = 1_000
# A cell may hold this many lines before its opening quote counts as never closed.
MOST_LINES = 1_000
# The limit is the whole process's; blocks and lines are bounded, so it is never what stops us.
csv.field_size_limit(16 * LONGEST_LINE)


class Record(NamedTuple):
    """Cells that begin at `lines[start]` and end before `lines[end]`."""

    start: int
    end: int
    cells: list[str]
    note: str | None = None
    broken: bool = False


def records(lines: list[str], dialect: Dialect, final: bool) -> Iterator[Record]:
    """Every record of `lines`, blank lines left out.

    A record that is still open at the end is left out too unless the lines are `final`. The last
    one has no cells: where it ends, the rest begins, to be given again in front of the next lines.
    """
    width, start = dialect.width, 0
    options = dialect.csv_options()
    known = 0
    while start < len(lines):
        # No record has more lines than this; a quote that nothing closes would otherwise be looked
        # for to the end of the lines, again from every line that has one.
        base, window = start, lines[start : start + MOST_LINES]
        reader = csv.reader(window, **options)
        try:
            for cells in reader:
                end = base + reader.line_num
                if len(cells) < 2 and not (cells and cells[0].strip()):
                    pass  # A blank line is no row.
                elif end - start < 3 and (
                    len(cells) == width or dialect.quotechar not in lines[start]
                ):
                    yield Record(start, end, cells)
                else:
                    record = _judged(lines, start, end, cells, dialect, known)
                    yield record
                    if record.end != end:
                        start, known = record.end, end - 1
                        break
                start = end
        except csv.Error:
            stop = base + reader.line_num
            if start > base and reader.line_num == len(window):
                continue  # It may end beyond the window: it gets one of its own.
            if not final and len(lines) - stop < FARTHEST and _may_close(lines, start):
                break
            mended = _mended(lines, start, dialect)
            yield mended
            start = mended.end
    yield Record(start, start, [])


def _judged(
    lines: list[str], start: int, end: int, cells: list[str], dialect: Dialect, known: int
) -> Record:
    """A well-formed record with an odd width or many lines, which stray quotes may have made. Lines
    before `known` have been found to be rows already."""
    width = dialect.width
    whole = Record(start, end, cells)
    if not width:
        return whole
    swallowed = end - start > 2 and _are_rows(lines[start + 1 : end - 1], dialect)
    if len(cells) == width and not swallowed:
        return whole
    loose = f"{dialect.delimiter} {dialect.quotechar}"
    if end - start == 1 and loose not in lines[start]:
        return whole
    mended = _mended(lines, start, dialect)
    if swallowed or (
        len(mended.cells) == width and _all_rows(lines, max(mended.end, known), end, dialect)
    ):
        return mended
    return whole


def _all_rows(lines: list[str], start: int, end: int, dialect: Dialect) -> bool:
    """Whether the rest of a record's lines are rows too: only then was it never one record."""
    while start < end:
        mended = _mended(lines, start, dialect)
        if len(mended.cells) != dialect.width:
            return False
        start = mended.end
    return True


def _are_rows(inner: list[str], dialect: Dialect) -> bool:
    """Whether lines inside a cell look like rows: two stray quotes have met over them (G-03)."""
    commas = dialect.width - 1
    return len(inner) * commas >= 3 and all(
        dialect.quotechar not in line and line.count(dialect.delimiter) == commas for line in inner
    )


def _may_close(lines: list[str], start: int) -> bool:
    return len(lines) - start < MOST_LINES and sum(map(len, lines[start:])) < LONGEST_LINE


def _mended(lines: list[str], start: int, dialect: Dialect) -> Record:
    if len(lines[start]) > LONGEST_LINE:
        # It is refused anyway (`read`); only its first cells are of use, to recognise it.
        cells = lines[start][:2_000].split(dialect.delimiter)
        return Record(start, start + 1, cells)
    cells, end, note = mend(lines, start, dialect)
    return Record(start, end, cells, note, broken=note is None)
