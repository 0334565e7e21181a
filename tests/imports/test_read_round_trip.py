"""Whatever a CSV writer writes, the reader gives back, in blocks and batches of any size."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from nimbus.imports.reader import lines
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.header import numbered
from nimbus.imports.reader.read import Row, batches, rows
from nimbus.imports.reader.sniff import sniff

NASTY = st.sampled_from(
    (
        *('"', '""', '"quoted"', 'say "hi", then', '\\"', "'", "\\"),
        *("a,b", "a;b", "a\tb", "a|b", "one\ntwo", "one\r\ntwo", "\r", "\n\n"),
        *("", " ", " x ", "ünï", "日本", "\ufeffx", "\u2028", "\x85", "=1+1"),
    )
)
CELLS = NASTY | st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffd"), max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 6))
    row = st.lists(CELLS, min_size=width, max_size=width)
    return [["h"] * width, *draw(st.lists(row, max_size=12))]


def written(table: list[list[str]], delimiter: str, end: str) -> bytes:
    # Python's writer leaves a line end bare that is not its own.
    broken = any("\r" in cell or "\n" in cell for row in table for cell in row)
    quoting = csv.QUOTE_ALL if broken else csv.QUOTE_MINIMAL
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    return out.getvalue().encode()


def swallowing(table: list[list[str]], delimiter: str) -> bool:
    """Cells whose inner lines look exactly like rows are taken for rows on purpose (G-03)."""
    return any(cell.count("\n") + cell.count("\r") > 1 and delimiter in cell
               for row in table for cell in row)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(1, 5),
    st.integers(0, 4),
)
@example([["h", "h"], ["", ""]], "\t", "\n", 1, 0)  # A row, though it is nothing but blanks.
def test_round_trip(
    table: list[list[str]], delimiter: str, end: str, size: int, start_after: int
) -> None:
    if swallowing(table, delimiter):
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(written(table, delimiter, end))
        dialect = Dialect(delimiter=delimiter, header=numbered(len(table[0])))
        found = list(rows(path, dialect))
        assert [row.cells for row in found] == table[1:]
        assert all(row.defect is None and row.note is None for row in found)
        again = list(batches(path, dialect, size, start_after))
    assert [row for batch in again for row in batch.rows] == found[start_after:]
    assert all(len(batch.rows) == size for batch in again[:-1])


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(1, 40))
def test_blocks_do_not_matter(table: list[list[str]], block: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(written(table, ",", "\r\n"))
        text = path.read_bytes().decode().replace("\0", "").removeprefix("\ufeff")
        cut = [line for some, _ in lines.blocks(path, "utf-8", block) for line in some]
    assert cut == lines.split_lines(text)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([",", ";", "\t", "|"]))
def test_any_bytes_are_read(data: bytes, delimiter: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(b"a,b,c\n" + data)
        dialect = Dialect(delimiter=delimiter, header=("a", "b", "c"))
        found: list[Row] = list(rows(path, dialect))
    assert all(len(row.cells) == 3 or row.defect for row in found)
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    assert [row.line for row in found] == sorted({row.line for row in found})


PLAIN = st.sampled_from(("Ann", "Leeds", "Acme Ltd", "12", "2026-01-01", "Zoë", "", "O'Brien"))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(PLAIN | NASTY, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_writer_wrote_is_found_out_and_read(
    cells: list[list[str]], delimiter: str, end: str
) -> None:
    """Nobody says how the file is written: delimiter, quotes, escapes and header are found."""
    table = [["Email", "Name", "City", "Notes"]]
    table += [[f"a{number}@x.com", *row] for number, row in enumerate(cells)]
    if swallowing(table, delimiter):
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(written(table, delimiter, end))
        dialect = sniff(path)
        found = [row.cells for row in rows(path, dialect)]
    assert (dialect.delimiter, [list(dialect.header), *found]) == (delimiter, table)
