"""A file without somebody's rows: every other byte and every line number stays (D-09)."""

from __future__ import annotations

from pathlib import Path

import pytest

from nimbus.imports.reader.read import rows
from nimbus.imports.reader.sniff import sniff
from nimbus.imports.redact import without

LINES = [
    "Email;Näme;Note\r\n",
    "\r\n",
    'a@b.co;Ann;"two\r\nlines, and a ; in it"\r\n',
    "bad;row;with;too;many\r\n",
    'ze@b.co;Zé;"""quoted""\r\n\r\nand long"\r\n',
    'c@d.co;"unclosed;x\r\n',
    "Zé <ze@b.co>;;\r\n",
    "e@f.co;Eve;",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp932"])
def test_the_rest_stays_as_it_was(tmp_path: Path, encoding: str) -> None:
    text = "".join(LINES) if encoding != "cp932" else "".join(LINES).replace("é", "あ")
    data = text.replace("ä", "a" if encoding == "cp932" else "ä").encode(encoding)
    path, copy = tmp_path / "people.csv", tmp_path / "rest.csv"
    path.write_bytes(data)
    dialect = sniff(path, encoding, ";")
    if encoding == "utf-8":
        path.write_bytes(data.replace(b"Eve", b"E\xffve"))  # No text of this encoding.
    with without(path, dialect, {4}, lambda cell: "ze@b.co" in cell) as rest:
        assert rest
        copy.write_bytes(rest.read())
    before, after = list(rows(path, dialect)), list(rows(copy, dialect))
    gone = [row.number for row in before if "ze@b.co" in row.cells[0]]
    assert gone == [3, 5]
    assert [(row.number, row.line) for row in after] == [(row.number, row.line) for row in before]
    for was, now in zip(before, after, strict=True):
        if was.number in (*gone, 4):
            assert [cell for cell in now.cells if cell] == ["erased"]
        else:
            assert now == was
    if encoding == "utf-8":
        assert b"E\xffve" in copy.read_bytes()
    with without(copy, dialect, (), lambda cell: "ze@b.co" in cell) as rest:
        assert rest is None
