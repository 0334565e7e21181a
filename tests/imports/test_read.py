"""Broken rows are told apart and cost no other row anything (G-03, G-07)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.lines import LONGEST_LINE
from nimbus.imports.reader.read import MOST_BYTES, Row, batches, rows

HEADER = ("email", "name", "company", "city")
GOOD = "a@x.com,Ann,Acme,Leeds\n"
UNCLOSED = "unclosed quote on line 3: close it, or double it where it is a part of the text"
SURPLUS = "where the header has 4: put cells that have a comma in quotes"


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]
    def read(text: str | bytes, **dialect: object) -> list[Row]:
        path = tmp_path / "x.csv"
        body = text.encode() if isinstance(text, str) else text
        path.write_bytes(b"email,name,company,city\n" + body)
        return list(rows(path, Dialect(header=HEADER, **dialect)))  # type: ignore[arg-type]

    return read


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"a@x.com,Ann,Acme,Leeds', ['"a@x.com', "Ann", "Acme", "Leeds"]),
        ('a@x.com,"Ann,Acme,Leeds', ["a@x.com", '"Ann', "Acme", "Leeds"]),
        ('a@x.com,Ann,Acme,"', ["a@x.com", "Ann", "Acme", '"']),
        ('a@x.com,"Ann,"Acme, Ltd",Leeds', ["a@x.com", '"Ann', "Acme, Ltd", "Leeds"]),
        ('a@x.com,""Ann, the first",Acme,Leeds', ["a@x.com", '"Ann, the first', "Acme", "Leeds"]),
        ('a@x.com,"Ann "the boss" Lee, Dr",Acme,Leeds',
         ["a@x.com", 'Ann "the boss" Lee, Dr', "Acme", "Leeds"]),
        ('a@x.com, "Lee, Ann", "Acme, Ltd", Leeds', ["a@x.com", "Lee, Ann", "Acme, Ltd", " Leeds"]),
        ('"a@x.com" ,"Ann" ,"Acme" ,"Leeds"', ["a@x.com", "Ann", "Acme", "Leeds"]),
    ],
)  # fmt: skip
def test_a_stray_quote_is_put_right_within_its_row(read, line, cells) -> None:  # type: ignore[no-untyped-def]
    found = read(GOOD + line + "\n" + GOOD * 3)
    assert [row.cells for row in found] == [GOOD.strip().split(","), cells] + [
        GOOD.strip().split(",")
    ] * 3
    assert found[1].note == "a stray quote was read as text"
    assert [row.defect for row in found] == [None] * 5
    assert [row.line for row in found] == [2, 3, 4, 5, 6]


def test_text_with_quotes_over_several_lines_is_one_cell(read) -> None:  # type: ignore[no-untyped-def]
    found = read('a@x.com,"He said\n"hi" to me",Acme,Leeds\n' + GOOD)
    assert [row.cells[1] for row in found] == ['He said\n"hi" to me', "Ann"]
    assert [row.line for row in found] == [2, 4]


def test_an_unclosed_quote_that_fits_nothing_is_a_defect(read) -> None:  # type: ignore[no-untyped-def]
    found = read(GOOD + 'b@x.com,"Bob\n' + GOOD * 2)
    assert [row.defect for row in found] == [None, UNCLOSED, None, None]


def test_two_stray_quotes_do_not_swallow_the_rows_between(read) -> None:  # type: ignore[no-untyped-def]
    found = read('b@x.com,Bob,Acme,"Hull\n' + GOOD * 600 + 'c@x.com,Cy,Acme,Ely"\n')
    assert len(found) == 602
    assert [row.cells[0] for row in found[::601]] == ["b@x.com", "c@x.com"]
    assert not any(row.defect for row in found)


def test_unclosed_quotes_all_over_a_file_of_many_blocks_lose_no_row(read) -> None:  # type: ignore[no-untyped-def]
    lines = [
        f'u{i}@x.com,"Un{i},Acme,Leeds\n' if i % 97 == 0 else f'u{i}@x.com,"N, {i}",Acme,Leeds\n'
        for i in range(20_000)
    ]
    found = read("".join(lines))
    assert [row.cells[0] for row in found] == [f"u{i}@x.com" for i in range(20_000)]
    assert [row.line for row in found] == list(range(2, 20_002))


def test_lines_are_counted_over_quoted_breaks_and_blank_lines(read) -> None:  # type: ignore[no-untyped-def]
    found = read('a@x.com,"A\r\nB\rC",Acme,Leeds\n\n \n\r\nb@x.com,Bob,Acme,Hull\r' + GOOD)
    assert [(row.number, row.line) for row in found] == [(1, 2), (2, 8), (3, 9)]


def test_short_rows_are_filled_and_blank_surplus_is_dropped(read) -> None:  # type: ignore[no-untyped-def]
    found = read("a@x.com\n" + "b@x.com,Bob,Acme,Hull,, ,\n" + ",,,\n")
    assert [row.cells for row in found] == [
        ["a@x.com", "", "", ""], ["b@x.com", "Bob", "Acme", "Hull"], ["", "", "", ""],
    ]  # fmt: skip
    assert not any(row.defect for row in found)


def test_surplus_cells_are_a_defect(read) -> None:  # type: ignore[no-untyped-def]
    found = read("a@x.com,Ann,Acme,Ltd,Leeds\n" + GOOD)
    assert found[0].defect == f"line 2 has 5 cells {SURPLUS}"
    assert found[1].defect is None


def test_bytes_the_encoding_does_not_know_are_noted(read) -> None:  # type: ignore[no-untyped-def]
    found = read(b"a@x.com,Jos\xe9,Acme,Leeds\n" + GOOD.encode())
    assert found[0].cells[1] == "Jos\ufffd"
    assert found[0].note == "some characters could not be read as utf-8"
    assert found[1].note is None


def test_a_giant_line_and_a_million_columns_are_defects(read) -> None:  # type: ignore[no-untyped-def]
    giant = "g@x.com," + "x" * (3 * LONGEST_LINE) + ",Acme,Leeds\n"
    wide = "w@x.com" + "," * 400_000 + "end\n"
    found = read(GOOD + giant + GOOD + wide + GOOD + '"' + "y\n" * 100_000)
    assert [row.defect for row in found[:5]] == [
        None, "line 3 is longer than 1 MB: shorten its cells", None,
        f"line 5 has 400,001 cells {SURPLUS}", None,
    ]  # fmt: skip
    assert all(len(row.cells) <= 1_000 for row in found)
    assert len(found) == 100_005
    assert found[0].line == 2
    assert found[4].line == 6


def test_batches_tell_how_far_they_have_read_and_go_on_after_any_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("email,name,company,city\n" + GOOD * 30_000)
    dialect = Dialect(header=HEADER)
    every = list(batches(path, dialect, size=700))
    assert sum(len(batch.rows) for batch in every) == 30_000
    assert every[-1].position == path.stat().st_size
    assert 0 < every[0].position < path.stat().st_size
    rest = [row.number for batch in batches(path, dialect, 700, 12_345) for row in batch.rows]
    assert rest == list(range(12_346, 30_001))
    assert next(rows(path, dialect, skip=29_999)).number == 30_000


def test_of_a_row_beyond_all_measure_nothing_is_lost(read) -> None:  # type: ignore[no-untyped-def]
    cells = [f"c{i}" if i % 7 else f"c,{i}" for i in range(2_500)]
    line = ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)
    found = read(GOOD + line + "\n" + GOOD)
    assert found[1].defect == f"line 3 has 2,500 cells {SURPLUS}"
    assert len(found[1].cells) == 1_000
    assert [*found[1].cells[:-1], *next(csv.reader([found[1].cells[-1]]))] == cells


def test_a_batch_of_long_rows_ends_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    long = "a@x.com,Ann,Acme," + "x" * 900_000 + "\n"
    path.write_text("email,name,company,city\n" + GOOD * 50 + long * 90 + GOOD * 50)
    dialect = Dialect(header=HEADER)
    every = list(batches(path, dialect, size=5_000))
    assert [row.number for batch in every for row in batch.rows] == list(range(1, 191))
    assert len(every) > 90 * 900_000 / MOST_BYTES / 2
    assert all(sum(len(row.cells[3]) for row in b.rows) < MOST_BYTES + 1_000_000 for b in every)
    rest = [row.number for batch in batches(path, dialect, 5_000, 100) for row in batch.rows]
    assert rest == list(range(101, 191))


def test_a_lone_quote_at_the_end_is_a_row_of_its_own(read) -> None:  # type: ignore[no-untyped-def]
    found = read(GOOD + '"')
    assert [row.defect for row in found] == [None, UNCLOSED]
