"""The lines of a file with emails or domains: CSV with or without a header, read as it streams."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from nimbus.fields import STANDARD, fold
from nimbus.fields.field import Invalid
from nimbus.fields.formula import freed
from nimbus.files.store import CHUNK
from nimbus.problems import Problem, invalid
from nimbus.suppression.lists import Listing

LONGEST = 1 << 16
# So many lines may be within quotation marks, as a note has some.
MOST_IN_ONE = 200
DELIMITERS = ",;\t|"


def _spelt(header: str) -> str:
    return fold(header).replace(" ", "")


# What the column is called in lists that other tools write; that of emails as an import of contacts
# knows it.
NAMES = {
    "emails": {_spelt(name) for one in STANDARD if one.key == "email" for name in one.synonyms},
    "domains": {"domain", "domains", "companydomain", "website", "host"},
}

# Without it, it is none of them.
MARKS = {"emails": "@", "domains": "."}


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is read: the columns of the name and of the reason, whether the first line is a
    header."""

    encoding: str
    delimiter: str
    at: int
    reason_at: int | None
    has_header: bool


@dataclass(slots=True)
class Lines:
    """The records of a file from a place on; `end` is the place behind the last record, `line` the
    number of its last line, `begun` of the last line of the one before."""

    file: BinaryIO
    shape: Shape
    end: int = 0
    line: int = 0
    begun: int = 0

    def __iter__(self) -> Iterator[tuple[int, str, str]]:
        """The number of the line, the name, and the reason that the line gives; both may be
        blank."""
        self.file.seek(self.end)
        self.begun = self.line
        for cells in csv.reader(self._texts(), delimiter=self.shape.delimiter):
            self.begun = self.line
            is_header = self.shape.has_header and self.line == 1
            if not is_header and any(cell.strip() for cell in cells):
                yield self.line, _cell(cells, self.shape.at), _cell(cells, self.shape.reason_at)

    def _texts(self) -> Iterator[str]:
        for raw in self._raw():
            if self.line - self.begun > MOST_IN_ONE:
                raise csv.Error("a quotation mark is never closed")
            self.end += len(raw)
            self.line += 1
            yield _text(raw, self.shape.encoding).removeprefix("\ufeff")

    def _raw(self) -> Iterator[bytes]:
        """Line by line, ended by CR, LF or both; one that is too long comes in several."""
        while read := self.file.readline(LONGEST):
            lines = read.splitlines(keepends=True)
            if len(lines) > 1 and len(read) == LONGEST:
                # The last one may be cut: it is read anew.
                self.file.seek(-len(lines.pop()), os.SEEK_CUR)
            yield from lines


def count_lines(file: BinaryIO) -> int:
    """How many lines are ended, by CR, LF or both."""
    file.seek(0)
    count, last = 0, b""
    while chunk := file.read(CHUNK):
        count += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
        count -= last == b"\r" and chunk[:1] == b"\n"
        last = chunk[-1:]
    return count


def shape_of(listing: Listing, file: BinaryIO) -> Shape:
    """By its first line. Raises Problem that names `file`: no text, empty, or no column of them."""
    file.seek(0)
    start = file.readline(LONGEST)
    first = next(iter(start.splitlines()), b"")
    if b"\0" in start or len(first) >= LONGEST:
        raise invalid(
            "This is no CSV file in UTF-8 or Windows-1252. Save the list as CSV first.", "file"
        )
    encoding = _encoding(file)
    text = _text(first, encoding).removeprefix("\ufeff")
    if not text.strip():
        raise invalid("The first line of this file is empty. It names the columns.", "file")
    delimiter = max(DELIMITERS, key=text.count)
    header = [cell.strip().casefold() for cell in next(csv.reader([text], delimiter=delimiter))]
    named = [at for at, cell in enumerate(header) if _spelt(cell) in NAMES[listing.key]]
    reason_at = header.index("reason") if "reason" in header else None
    if named:
        return Shape(encoding, delimiter, named[0], reason_at, True)
    held = [at for at, cell in enumerate(header) if _reads(listing, cell)]
    if held:
        return Shape(encoding, delimiter, held[0], None, False)
    if len(header) == 1:
        # What looks like one of them is a line that cannot be read, and is told of.
        return Shape(encoding, delimiter, 0, None, MARKS[listing.key] not in header[0])
    raise invalid(
        f"No column of this file is called “{listing.noun}”. Name it so in the first line.", "file"
    )


def reason_of(listing: Listing, given: str) -> str | None:
    """The reason that a line gives, by its key or its words; None for one that is not known."""
    wanted = given.strip().casefold()
    for key, label in listing.reasons.items():
        if wanted in (key, label.casefold(), key.replace("_", " "), key.replace("_", "-")):
            return key
    return None


def _encoding(file: BinaryIO) -> str:
    """UTF-8, or what a spreadsheet writes without being asked."""
    file.seek(0)
    head = file.read(1 << 20)
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The last letter of what was read may be cut in two.
        return "utf-8" if error.start > len(head) - 4 else "cp1252"
    return "utf-8"


def _text(raw: bytes, encoding: str) -> str:
    return raw.decode(encoding, "replace")


def _cell(cells: list[str], at: int | None) -> str:
    return freed(cells[at].strip()) if at is not None and at < len(cells) else ""


def _reads(listing: Listing, cell: str) -> bool:
    try:
        return bool(listing.parse(cell))
    except Invalid:
        return False


def refuse_broken(error: csv.Error, line: int) -> Problem:
    return invalid(f"Line {line:,} cannot be read as CSV: {error}.", "file")
