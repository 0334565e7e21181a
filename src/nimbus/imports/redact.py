"""A kept file without the rows of somebody who was erased: all others stay as they are (D-09)."""

from __future__ import annotations

import io
import math
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.lines import LONGEST_LINE
from nimbus.imports.reader.read import rows as rows_of_file

# What a row becomes: still a row, so that those after it keep their numbers, and no email.
ERASED = "erased"
# Of these, bytes that are no text cannot be given back as they are.
WIDE = ("utf-16", "utf-32")

# The physical line on which a row begins, and that on which the next one does.
Lines = dict[int, float]


@contextmanager
def without(
    path: Path, dialect: Dialect, numbers: Collection[int], names: Callable[[str], bool]
) -> Iterator[BinaryIO | None]:
    """The file without the rows of these numbers and those of which a cell `names` the person, each
    on as many lines as before; None where it has no such row."""
    lines = _lines(path, dialect, numbers, names)
    if not lines:
        yield None
        return
    with tempfile.TemporaryFile() as copy:
        _write(path, dialect, lines, cast(BinaryIO, copy))
        copy.seek(0)
        yield cast(BinaryIO, copy)


def _lines(
    path: Path, dialect: Dialect, numbers: Collection[int], names: Callable[[str], bool]
) -> Lines:
    found: Lines = {}
    before: int | None = None
    for row in rows_of_file(path, dialect):
        if before is not None:
            found[before] = row.line
        theirs = row.number in numbers or any(names(cell) for cell in row.cells)
        before = row.line if theirs else None
    return found if before is None else {**found, before: math.inf}


def _write(path: Path, dialect: Dialect, lines: Lines, copy: BinaryIO) -> None:
    errors = "replace" if dialect.encoding.startswith(WIDE) else "surrogateescape"
    blank = ERASED + dialect.delimiter * (dialect.width - 1)
    target = io.TextIOWrapper(copy, dialect.encoding, errors, newline="")
    with path.open(encoding=dialect.encoding, errors=errors, newline="") as source:
        number, begins, until = 1, True, 0.0
        while piece := source.readline(LONGEST_LINE):
            if begins and number in lines:
                until = lines[number]
                target.write(blank)
            begins = piece.endswith(("\n", "\r"))
            if number >= until:
                target.write(piece)
            elif begins:
                target.write(piece[len(piece.rstrip("\r\n")) :])
            number += begins
    target.flush()
    target.detach()
