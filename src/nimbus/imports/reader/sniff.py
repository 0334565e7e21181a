"""How a file is written: encoding, delimiter, quotes and header, by its beginning (S1-05…08)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from nimbus.imports.reader import encoding as encodings
from nimbus.imports.reader.delimiter import DELIMITERS, NAMES, delimiter_of
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.encoding_said import said as encoding_said
from nimbus.imports.reader.header import find_header, name_columns, numbered
from nimbus.imports.reader.lines import LONGEST_LINE, blocks
from nimbus.imports.reader.not_text import empty
from nimbus.imports.reader.records import MOST_COLUMNS, Record, records
from nimbus.imports.result_columns import RESULT_COLUMNS
from nimbus.problems import Problem, invalid

__all__ = ["DELIMITERS", "Dialect", "sniff"]

_SAMPLE = 1 << 16
# Ordinary lines are longer; of very short ones so many say as much as more, and sooner.
_LINES = 2_000
_SEP = re.compile(r'"?sep=([^\w\s"\'\\]|\t)?"?[,;\t|]*\s*\Z', re.IGNORECASE)
# The header of one of our own result files, also as another spreadsheet has saved it.
_RESULTS = re.compile(r'"?([,;\t|])"?'.join(RESULT_COLUMNS))


def sniff(path: Path, encoding: str | None = None, delimiter: str | None = None) -> Dialect:
    """The dialect of a file; what a person says wins over what is found.

    Raises a problem for what is no table of text (an empty file, a workbook, a PDF), and for an
    encoding or delimiter that does not fit.
    """
    delimiter = delimiter_of(delimiter)
    found, notes = encoding_said(path, encoding) if encoding else encodings.detect(path)
    lines = _first_lines(path, found)
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise empty()
    if len(lines[first]) > LONGEST_LINE:
        raise _endless(first + 1)
    said = _SEP.match(lines[0])
    skipped = 1 if said else 0
    if said and delimiter is None:
        delimiter = said[1]
    if results := _results(lines[skipped:]):
        # Written by us: nothing about it needs a guess, however odd the cells of its rows are.
        plain = Dialect(found, delimiter or results, notes=notes)
        return _headed(lines, skipped, plain, is_result=True)
    dialect, guessed = _delimited(lines[skipped:], found, delimiter)
    dialect = _quoted(lines[skipped:], dialect)
    return _headed(lines, skipped, replace(dialect, notes=notes + guessed))


def _first_lines(path: Path, encoding: str) -> list[str]:
    """The lines of the first 64 kB; one line may be longer."""
    with path.open("rb") as file:
        head = file.read(4 * LONGEST_LINE + 1)
    if len(head) > 4 * LONGEST_LINE and b"\n" not in head and b"\r" not in head:
        raise _endless(1)
    found: list[str] = []
    for lines, position in blocks(path, encoding, _SAMPLE):
        found += lines
        if position >= _SAMPLE:
            break
    return found[:_LINES]


def _endless(line: int) -> Problem:
    return invalid(
        f"Line {line:,}, the header, is longer than 1 MB. Check that the rows end in line breaks.",
        "file",
    )


def _results(lines: list[str]) -> str | None:
    """The delimiter of a result file of ours (`downloads`), None when it is no such file."""
    first = next((line for line in lines if line.strip()), "")
    found = _RESULTS.search(first[:LONGEST_LINE])
    return found[1] if found and len(set(found.groups())) == 1 else None


def _delimited(
    lines: list[str], encoding: str, delimiter: str | None
) -> tuple[Dialect, tuple[str, ...]]:
    """The delimiter under which most rows agree on the number of their cells."""
    if delimiter is not None:
        return Dialect(encoding, delimiter), ()
    scores = {d: _agreement(lines, Dialect(encoding, d)) for d in DELIMITERS}
    ranked = sorted(DELIMITERS, key=lambda d: -scores[d])
    best, second = ranked[:2]
    if not scores[best]:
        return Dialect(encoding), ()
    if scores[second] < 0.8 * scores[best]:
        return Dialect(encoding, best), ()
    close = [d for d in DELIMITERS if scores[d] >= 0.8 * scores[best]]
    import clevercsv  # takes half a second to load, and few files need it

    opinion = clevercsv.Detector().detect("".join(lines)[:_SAMPLE], delimiters=close)
    if opinion is not None and opinion.delimiter in close:
        best = opinion.delimiter
    note = f"Columns are parted by {NAMES[best]}; {NAMES[close[close[0] == best]]} would fit too."
    return Dialect(encoding, best), (note,)


def _agreement(lines: list[str], dialect: Dialect) -> float:
    """How well a delimiter explains the lines: the share of rows with the commonest number of
    cells, a little more for many cells; 0 when it parts nothing."""
    widths = Counter(len(_trimmed(record.cells)) for record in _sampled(lines, dialect))
    del widths[0]
    total = sum(widths.values())
    parted = {width: count for width, count in widths.items() if width > 1}
    if not parted:
        return 0.0
    width = max(parted, key=lambda w: (parted[w], w))
    near = sum(count for w, count in widths.items() if w == width or 1 < w < width)
    return (parted[width] + near) / (2 * total) * (1 - 1 / (width + 2))


def _quoted(lines: list[str], dialect: Dialect) -> Dialect:
    """The dialect with its quote character, escape and spaces after delimiters."""
    text = "\n" + "".join(lines).replace("\r", "\n")
    d = re.escape(dialect.delimiter)
    quotes = {
        q: len(re.findall(rf"(?<=[{d}\n]){q}[^{q}\n]*{q}(?=[{d}\n])", text)) for q in ('"', "'")
    }
    if quotes["'"] > 2 and quotes["'"] * 4 > len(lines) and quotes["'"] > 4 * quotes['"']:
        dialect = replace(dialect, quotechar="'")
    q = dialect.quotechar
    escaped = len(re.findall(rf"\\{q}(?![{d}\n])", text))
    if escaped and escaped > len(re.findall(rf"[^{d}\n]{q}{q}(?!{q})", text)):
        dialect = replace(dialect, escapechar="\\")
    spaced = text.count(f"{dialect.delimiter} ")
    if dialect.delimiter in ",;|" and spaced and spaced >= 0.9 * _outside(text, dialect):
        dialect = replace(dialect, skipinitialspace=True)
    return dialect


def _outside(text: str, dialect: Dialect) -> int:
    """How many delimiters stand outside quotes."""
    q = dialect.quotechar
    return re.sub(rf"{q}[^{q}]*{q}", "", text).count(dialect.delimiter)


def _headed(
    lines: list[str], skipped: int, dialect: Dialect, *, is_result: bool = False
) -> Dialect:
    """The dialect with its header, or with numbered columns when the file has none. The header of
    a result file is its first row, and cells beyond it make no column: they are what was too much
    in the rows of the file before (S1-58)."""
    sample = list(_sampled(lines[skipped:], dialect))
    if not sample:
        raise empty()
    widths = Counter(len(record.cells) for record in sample)
    width = max(widths, key=lambda w: (widths[w], w))
    sample = list(_sampled(lines[skipped:], replace(dialect, header=numbered(width))))
    at, has_header = (0, True) if is_result else find_header([record.cells for record in sample])
    header, line = sample[at].cells, skipped + sample[at].start + 1
    if len(lines[skipped + sample[at].start]) > LONGEST_LINE:
        raise _endless(line)
    below = [record.cells for record in sample[at + (1 if has_header else 0) :]]
    used = max((len(_trimmed(row)) for row in [header, *below]), default=1)
    used = min(used, max(width, len(_trimmed(header)))) if has_header else width
    if is_result:
        used = len(_trimmed(header))
    if used > MOST_COLUMNS + is_result * len(RESULT_COLUMNS):
        raise invalid(
            f"The table that begins on line {line:,} has {used:,} columns; at most "
            f"{MOST_COLUMNS:,} can be imported. Leave out those you do not need.",
            "file",
        )
    named = name_columns((header + [""] * used)[:used]) if has_header else numbered(used)
    notes = dialect.notes
    if has_header and at:
        notes += (f"The header was found on line {line}; what is above it is left out.",)
    if not has_header:
        notes += ("The first row looks like data; the file seems to have no header.",)
    return replace(dialect, header_line=line, header=named, has_header=has_header, notes=notes)


def _sampled(lines: list[str], dialect: Dialect) -> list[Record]:
    """The records of the beginning that hold anything."""
    every = records(lines, dialect, final=True)
    return [record for record in every if any(cell.strip() for cell in record.cells)]


def _trimmed(cells: list[str]) -> list[str]:
    """Without the blank cells that a spreadsheet pads a row with."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
