"""Forty ways of writing the same table are read as its UTF-8 reference is (G-07, S1-06…08)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from nimbus.imports.reader.read import rows
from nimbus.imports.reader.sniff import sniff

HEADER = ["Email", "First name", "Last name", "Company", "City", "Notes"]
WESTERN = [
    HEADER,
    ["jose@acme.es", "José", "Muñoz", "Peña, Hijos y Cía", "Málaga", "línea 1"],
    ["elodie@acme.fr", "Élodie", "Lefèvre", 'Garçon "Le Grand"', "Orléans", ""],
    ["jorg@acme.de", "Jörg", "Weiß", "Müller; Söhne", "Düsseldorf", "größer als 3"],
    ["ann@acme.com", "Ann", "O'Brien", "Smith | Co", "Leeds", "plain"],
    ["sean@acme.ie", "Seán", "Ó Briain", "Acme", "Dún Laoghaire", ""],
]
BROKEN_LINES = [
    *WESTERN[:3],
    ["zoe@acme.nl", "Zoë", "Visser", "Acme", "Utrecht", "two\nlines, and\n\nmore"],
    *WESTERN[3:],
]
CENTRAL = [
    ["Email", "Jméno", "Příjmení", "Město"],
    ["a@x.cz", "Jiří", "Dvořák", "Plzeň"],
    ["b@x.cz", "Šárka", "Růžičková", "Třebíč"],
    ["c@x.cz", "Lukáš", "Černý", "České Budějovice"],
]
RUSSIAN = [
    ["Email", "Имя", "Фамилия", "Город"],
    ["a@x.ru", "Иван", "Петров", "Москва"],
    ["b@x.ru", "Мария", "Иванова", "Санкт-Петербург"],
    ["c@x.ru", "Алексей", "Смирнов", "Казань"],
]
JAPANESE = [
    ["Email", "名前", "会社"],
    ["a@x.jp", "田中太郎", "株式会社テスト"],
    ["b@x.jp", "佐藤花子", "東京電力"],
    ["c@x.jp", "鈴木一郎", "日本銀行"],
]
Table = list[list[str]]


def text(table: Table, delimiter: str = ",", end: str = "\r\n", all_quoted: bool = False) -> str:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    return out.getvalue()


def mixed_ends(table: Table) -> str:
    ends = ["\n", "\r\n", "\r"]
    return "".join(text([row], end=ends[i % 3]) for i, row in enumerate(table))


def padded(table: Table) -> Table:
    return [[*row, "", "", ""] for row in table]


def single_quoted(table: Table) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, quotechar="'", quoting=csv.QUOTE_ALL).writerows(table)
    return out.getvalue()


def backslashed(table: Table) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, escapechar="\\", doublequote=False).writerows(table)
    return out.getvalue()


def spaced(table: Table) -> str:
    return text(table, all_quoted=True).replace('","', '", "')


Case = tuple[Table, Callable[[], bytes]]
CASES: dict[str, Case] = {}
for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
    for delimiter in (",", ";", "\t", "|"):
        CASES[f"{encoding} {delimiter!r}"] = (
            WESTERN,
            lambda e=encoding, d=delimiter: text(WESTERN, d).encode(e),
        )
CASES |= {
    "big-endian with a mark": (
        WESTERN,
        lambda: b"\xfe\xff" + text(WESTERN).encode("utf-16-be"),
    ),
    "cp1250": (CENTRAL, lambda: text(CENTRAL, ";").encode("cp1250")),
    "cp1251": (RUSSIAN, lambda: text(RUSSIAN, ";").encode("cp1251")),
    "shift-jis": (JAPANESE, lambda: text(JAPANESE).encode("cp932")),
    "mac roman": (WESTERN, lambda: text(WESTERN, ";", "\r").encode("mac_roman")),
    "unix line ends": (WESTERN, lambda: text(WESTERN, end="\n").encode()),
    "old mac line ends": (WESTERN, lambda: text(WESTERN, end="\r").encode()),
    "mixed line ends": (WESTERN, lambda: mixed_ends(WESTERN).encode()),
    "no last line end": (WESTERN, lambda: text(WESTERN).rstrip().encode()),
    "blank lines": (WESTERN, lambda: text(WESTERN).replace("\r\n", "\r\n\r\n  \r\n").encode()),
    "padded columns": (WESTERN, lambda: text(padded(WESTERN)).encode()),
    "all quoted": (WESTERN, lambda: text(WESTERN, all_quoted=True).encode()),
    "single quotes": (WESTERN, lambda: single_quoted(WESTERN).encode()),
    "backslashes": (WESTERN, lambda: backslashed(WESTERN).encode()),
    "spaces after commas": (WESTERN, lambda: spaced(WESTERN).encode()),
    "quoted line breaks": (BROKEN_LINES, lambda: text(BROKEN_LINES, end="\n").encode()),
    "quoted breaks in utf-16": (BROKEN_LINES, lambda: text(BROKEN_LINES, ";").encode("utf-16")),
    "preamble": (
        WESTERN,
        lambda: ("Contacts,,\r\n\r\nMade 2026-01-02\r\n" + text(WESTERN)).encode(),
    ),
    "padded preamble": (WESTERN, lambda: ("All,,,,,\r\n,,,,,\r\n" + text(WESTERN)).encode()),
    "sep line": (WESTERN, lambda: ("sep=;\r\n" + text(WESTERN, ";")).encode("cp1252")),
    "zero bytes": (WESTERN, lambda: text(WESTERN).replace("plain", "pl\0ain").encode()),
    "a byte order mark and quotes": (
        WESTERN,
        lambda: text(WESTERN, all_quoted=True).encode("utf-8-sig"),
    ),
}


def test_the_corpus_is_of_forty_files() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
def test_reads_like_its_reference(name: str, tmp_path: Path) -> None:
    table, written = CASES[name]
    path = tmp_path / "contacts.csv"
    path.write_bytes(written())
    dialect = sniff(path)
    found = list(rows(path, dialect))
    assert [list(dialect.header), *(row.cells for row in found)] == table
    assert [row.number for row in found] == list(range(1, len(table)))
    assert all(row.defect is None for row in found)
