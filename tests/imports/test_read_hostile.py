"""Files made to be slow: each line of them costs about the same, wherever it stands (G-03)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from nimbus.fields import Invalid
from nimbus.fields.types import DATE, EMAIL, EMPLOYEE_COUNT, NUMBER
from nimbus.imports.create import read_dialect
from nimbus.imports.import_job import ImportOptions
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.header import is_header, numbered
from nimbus.imports.reader.read import HEAD, MOST_CELLS, batches, first_rows, rows
from nimbus.imports.reader.sniff import sniff
from nimbus.problems import Problem

HEADER = "email,name,company,city\n"
GOOD = "a@x.com,Ann,Acme,Leeds\n"
# What any of these may take, on a machine that is busy with other things too. Each took minutes or
# hours when a quote was looked for from every line, or blank lines were read again and again.
SECONDS = 10


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("\n" * 1_500_000 + GOOD, 2),
        ("\r" * 1_500_000 + GOOD, 2),
        ('"\n' * 400_000, 1),
        ('x","y,a,b\n' * 10_000, 10_001),
        (('x","y,a,b\n' * 989 + 'q,a,b,z"\n') * 4, 3_949),
        ('"a,' * 300_000 + "\n", 2),
        ('a@x.com,"Ann,Acme,Leeds\n' * 20_000, 20_001),
        ('a@x.com,"' + "some text\n" * 90_000, 90_001),
        ('\\"' * 400_000 + "\n", 2),
        ('"<' + " " * 500_000 + "x\n", 2),
    ],
    ids=["LF", "CR", "quotes", "quote to quote", "rows at last", "cells", "open", "never closed",
         "escaped", "spaces"],
)  # fmt: skip
def test_no_line_is_read_over_and_over(tmp_path: Path, body: str, count: int) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEADER + GOOD + body, newline="")
    began = time.monotonic()
    assert len(first_rows(path, sniff(path), 1)) == 1
    found = list(rows(path, Dialect(header=numbered(4))))
    assert len(found) == count
    assert time.monotonic() - began < SECONDS
    assert [row.number for row in found] == list(range(1, count + 1))
    assert found[0].cells == GOOD.strip().split(",")


def test_a_quote_that_is_closed_after_a_thousand_lines_cost_no_other_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for inner in (900, 1_100):
        cell = 'b@x.com,"' + "some text\n" * inner + '",Acme,Leeds\n'
        path.write_text(HEADER + GOOD * 700 + cell + GOOD * 700)
        found = list(rows(path, Dialect(header=numbered(4))))
        whole = inner < 1_000
        assert len(found) == 1_401 if whole else 1_400 + inner
        assert [row.cells[0] for row in found if "@" in row.cells[0]][700] == "b@x.com"
        assert sum(row.cells == GOOD.strip().split(",") for row in found) == 1_400
        assert whole or "unclosed quote on line 702" in (found[700].defect or "")


def test_a_batch_of_many_columns_is_short(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(f"c{i}" for i in range(1_000)) + "\n" + "a,\n" * 60_000)
    seen = 0
    for batch in batches(path, sniff(path), size=5_000):
        assert len(batch.rows) <= MOST_CELLS // 1_000
        assert all(len(row.cells) == 1_000 for row in batch.rows)
        seen += len(batch.rows)
    assert seen == 60_000


def test_no_row_in_all_the_beginning_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEADER + "\n" * (HEAD + 1_000_000) + GOOD)
    with pytest.raises(Problem, match="no rows below the header on line 1, so") as refused:
        read_dialect(path, ImportOptions())
    assert refused.value.field == "file"


def test_the_first_rows_are_few_where_they_are_long(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEADER + GOOD + f"a@x.com,{'x' * 1_000_000},Acme,Leeds\n" * 20)
    dialect = Dialect(header=numbered(4))
    assert 4 <= len(first_rows(path, dialect, 100)) <= 6
    assert [row.number for row in first_rows(path, dialect, 2)] == [1, 2]


LONG = 15_000


@pytest.mark.parametrize("type", [DATE, EMAIL, EMPLOYEE_COUNT, NUMBER])
@pytest.mark.parametrize(
    "cell", ["1" * LONG, "1" + " " * LONG + "x", ", " * LONG, "<" + " " * LONG + "x", "1,0" * LONG]
)
def test_a_long_cell_is_no_value_at_once(type, cell: str) -> None:  # type: ignore[no-untyped-def]
    began = time.monotonic()
    with pytest.raises(Invalid):
        type.parse(cell)
    assert time.monotonic() - began < 1


def test_a_long_cell_of_a_header_takes_no_long_look() -> None:
    began = time.monotonic()
    assert is_header(["Email", "a@" + "a." * 200_000 + "@"])
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("nan"), 10**15])
def test_no_number_is_beyond_what_is_kept(number: float) -> None:
    with pytest.raises(Invalid, match="less than"):
        NUMBER.parse_json(number)
