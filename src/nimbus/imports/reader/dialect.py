"""How one delimited text file is written, as found by `sniff` or said by a person."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Literal, TypedDict


class CsvOptions(TypedDict):
    delimiter: str
    quotechar: str
    escapechar: str | None
    doublequote: bool
    skipinitialspace: bool
    quoting: Literal[0]
    strict: bool


@dataclass(frozen=True, slots=True)
class Dialect:
    """Enough to read a file again in the same way; every part is plain JSON (`asdict`).

    `header_line`  the physical line, counted from 1, on which the header starts; without a header
                   the line of the first row
    `header`       one unique name per column, also where the file's own are blank or repeated
    `has_header`   False when the first row is data; the names are then "Column 1", "Column 2", …
    `notes`        what was guessed, in words for the person who may override it
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quotechar: str = '"'
    escapechar: str | None = None
    skipinitialspace: bool = False
    header_line: int = 1
    header: tuple[str, ...] = ()
    has_header: bool = True
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """The number of columns; 0 while it is not known."""
        return len(self.header)

    def csv_options(self) -> CsvOptions:
        """For `csv.reader`, strict so that broken quoting is an error and never a swallowed row."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quotechar,
            "escapechar": self.escapechar,
            "doublequote": True,
            "skipinitialspace": self.skipinitialspace,
            "quoting": csv.QUOTE_MINIMAL,
            "strict": True,
        }
