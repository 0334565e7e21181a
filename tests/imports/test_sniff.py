"""What `sniff` finds and refuses (S1-04…08)."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nimbus.imports.create import read_dialect
from nimbus.imports.import_job import ImportOptions
from nimbus.imports.reader.delimiter import delimiter_of
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.read import rows
from nimbus.imports.reader.sniff import sniff
from nimbus.problems import Problem

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "upload.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "The file is empty"),
        (b",,,\n , ,\n", "The file is empty"),
        (b"sep=;\n", "The file is empty"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "This is an Excel workbook"),
        (archive("contacts.csv"), "This is a ZIP archive"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel"),
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b'[{"email": "a@x.com"}]', "a JSON file"),
        (b'{"email": "a@x.com"}', "a JSON file"),
        (b"BEGIN:VCARD\nVERSION:3.0", "vCards"),
        (archive("xl.csv", "notes on xl/x.csv"), "This is a ZIP archive"),
        (archive("word/document.xml"), "This is a Word document"),
        (b"PK\x03\x04" + b"\0" * 22 + b"\5\0\0\0x.csv" + b"\xf3xl/\x01" * 9, "a ZIP archive"),
        (b"PK\x05\x06" + b"\0" * 18, "an empty ZIP archive"),
        (b"contacts.csv".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 250, "a tar archive"),
        (b"\xef\xbb\xbf<html><table>", "a web page"),
        ("<html><body>".encode("utf-16"), "a web page"),
        ("<table><tr><td>".encode("utf-16-le"), "a web page"),
        (b"<!-- made by X -->\n<html>", "a web page"),
        (b"<tr><td>a@x.com", "a web page"),
        (b'\xef\xbb\xbf{"email": "a@x.com"}', "a JSON file"),
        (b'["a@x.com"]', "a JSON file"),
        (b"MIME-Version: 1.0\nFrom: a@x.com\n", "an email"),
        (b"BEGIN:VCALENDAR\nVERSION:2.0", "a calendar"),
        (bytes(range(256)) * 40, "not a text file"),
        (b"\x7fELF" + b"\0" * 800 + b"\x01\x02", "not a text file"),
    ],
)
def test_refuses_other_files_and_says_what_they_are(
    write: Write, content: bytes, words: str
) -> None:
    with pytest.raises(Problem) as refused:
        sniff(write(content))
    assert words in refused.value.message
    assert refused.value.field == "file"


def test_other_files_stay_what_they_are_whatever_encoding_is_said(write: Write) -> None:
    with pytest.raises(Problem, match="an Excel workbook"):
        sniff(write(archive("xl/workbook.xml")), encoding="cp1252")
    with pytest.raises(Problem, match="a web page"):
        sniff(write("\ufeff<html>".encode("utf-16-le")), encoding="utf-16")
    with pytest.raises(Problem, match="The file is empty"):
        sniff(write(b""), encoding="utf-16")


@pytest.mark.parametrize(
    "content",
    [b"x" * 5_000_000, b"email," + b"x" * 2_000_000 + b"\na@x.com,Ann\n",
     b",".join(b"c%0110d" % i for i in range(10_000)) + b"\na@x.com\n",
     b"\n" + "a,b;".encode("utf-16-le") * 400_000],
)  # fmt: skip
def test_refuses_a_header_without_end(write: Write, content: bytes) -> None:
    with pytest.raises(Problem, match=r"Line [12], the header, is longer than 1 MB") as refused:
        sniff(write(content), encoding="cp1252" if content[:1] == b"x" else None)
    assert refused.value.field == "file"


@pytest.mark.parametrize("said", ["", '"', "a", "'", "\\", ";;;"])
def test_a_sep_line_that_says_nothing_is_left_out(write: Write, said: str) -> None:
    found = sniff(write(f"sep={said}\r\nemail;name\r\na@x.com;Ann\r\n"))
    assert (found.delimiter, found.header, found.header_line) == (";", ("email", "name"), 2)


def test_refuses_too_many_columns(write: Write) -> None:
    with pytest.raises(Problem, match=r"1,200 columns; at most 1,000"):
        sniff(write(",".join(f"c{i}" for i in range(1_200)) + "\n"))


def test_refuses_unknown_encodings_and_delimiters(write: Write) -> None:
    with pytest.raises(Problem, match="no encoding of text “klingon”"):
        sniff(write("a,b\n"), encoding="klingon")
    with pytest.raises(Problem, match="“\\|\\|” is no delimiter"):
        sniff(write("a,b\n"), delimiter="||")


@pytest.mark.parametrize(
    ("typed", "sign"),
    [(",", ","), ("comma", ","), (" Comma ", ","), (";", ";"), ("semicolon", ";"), ("|", "|"),
     ("pipe", "|"), ("\t", "\t"), ("\\t", "\t"), ("tab", "\t"), ("TAB", "\t"), ("", None),
     (None, None)],
)  # fmt: skip
def test_delimiters_go_by_sign_and_by_word(typed: str | None, sign: str | None) -> None:
    assert delimiter_of(typed) == sign


@pytest.mark.parametrize(
    "typed", [" ", ":", "a", '"', "\n", "\r", "\0", ",,", "commas", "\\n", "é"]
)
def test_what_is_no_delimiter_names_the_choices(typed: str) -> None:
    with pytest.raises(Problem, match="comma or , – semicolon or ; – pipe or") as refused:
        delimiter_of(typed)
    assert (refused.value.status, refused.value.field) == (400, "delimiter")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("email\na@x.com\nb@x.com\n", ","),
        ("email;name\na@x.com;Ann\n", ";"),
        ("email|name\na@x.com|Ann, Bob\nb@x.com|Cy, Di\n", "|"),
        ("email\tname\tnote\na@x.com\tAnn, A\tx; y\nb@x.com\tBob, B\tz\n", "\t"),
        ("email;revenue;city\na@x.com;1.000,50;Köln\nb@x.com;2.000,75;Bonn\n", ";"),
        ("name,email\n" + '"Lee; Ann",a@x.com\n"Roe; Bob",b@x.com\n', ","),
        ('email,tags\na@x.com,"x;y;z"\nb@x.com,"x;y;z"\nc@x.com,x;y;z\n', ","),
        ("email,tags\na@x.com,x|y|z\nb@x.com,x|y\nc@x.com,x|y|z\n", ","),
        ("sep=|\nemail|n\na@x.com|1\n", "|"),
    ],
)
def test_finds_the_delimiter(write: Write, text: str, delimiter: str) -> None:
    assert sniff(write(text)).delimiter == delimiter


def test_what_a_person_says_wins(write: Write) -> None:
    path = write("email;name\na@x.com;Zo\xeb\n".encode("cp1252"))
    found = sniff(path, encoding="cp1250", delimiter=";")
    assert (found.encoding, found.delimiter, found.notes) == ("cp1250", ";", ())


def test_says_what_was_guessed(write: Write) -> None:
    found = sniff(write("email;name\na@x.com;Zoë Müller\n".encode("cp1252")))
    assert found.encoding == "cp1252"
    assert found.notes == ("Not UTF-8; read as Windows-1252. Check names with accents.",)


def test_a_high_byte_far_down_still_tells_the_encoding(write: Write) -> None:
    body = "email,name\n" + "a@x.com,Ann\n" * 200_000
    assert sniff(write(body.encode() + "z@x.com,Zoë Muñoz\n".encode("cp1252"))).encoding == "cp1252"
    assert sniff(write(body.encode() + "z@x.com,Zoë Muñoz\n".encode())).encoding == "utf-8"


def test_utf8_with_a_few_broken_cells_stays_utf8(write: Write) -> None:
    body = "email,name\n" + "a@x.com,Zoë Müller\n" * 50
    found = sniff(write(body.encode() + b"b@x.com,Jos\xe9\n"))
    assert found.encoding == "utf-8"
    assert found.notes == ("Read as UTF-8; 1 bytes near the start are not valid in it.",)


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_a_sample_may_end_within_a_character(write: Write, cut: int) -> None:
    head = "email,name\n" + "x" * cut
    assert sniff(write(head + "日本語" * 200_000 + "\n")).encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "line", "has_header"),
    [
        ("email,name\na@x.com,Ann\n", 1, True),
        ("\n\nemail,name\na@x.com,Ann\n", 3, True),
        ("Export of 2026-02-03\n\nemail,name,city\na@x.com,Ann,Leeds\nb@x.com,B,Ely\n", 3, True),
        ("Date:,2026-02-03\nemail,name,city\na@x.com,Ann,Leeds\nb@x.com,B,Ely\n", 2, True),
        ("Person,Person,Firm,Firm\nEmail,Name,Firm,City\na@x.com,Ann,X,Ely\n", 2, True),
        ("Person,Person,Firm,Firm\na@x.com,Ann,X,Ely\nb@x.com,Bo,X,Ely\n", 1, True),
        ("Email,Email,Name\n,Ann,Bo\na@x.com,Ann,X\n", 1, True),
        ("Email,Revenue,2024,2025\na@x.com,5,6,7\nb@x.com,8,9,1\n", 1, True),
        ("a@x.com,Ann\nb@x.com,Bob\n", 1, False),
        ("a@x.com\nb@x.com\n", 1, False),
        ("\na@x.com", 2, False),
        ("\n12,44.5,2026-01-01\n13,45,2026-01-02\n", 2, False),
        ('"e\nmail",name\na@x.com,Ann\n', 1, True),
    ],
)
def test_finds_the_header(write: Write, text: str, line: int, has_header: bool) -> None:
    found = sniff(write(text))
    assert (found.header_line, found.has_header) == (line, has_header)
    assert sum(1 for _ in rows(write(text), found)) > 0


def test_a_file_without_header_keeps_its_first_row(write: Write) -> None:
    path = write("a@x.com,Ann\nb@x.com,Bob\n")
    found = sniff(path)
    assert found.header == ("Column 1", "Column 2")
    assert [row.cells[0] for row in rows(path, found)] == ["a@x.com", "b@x.com"]
    assert "no header" in found.notes[0]


def test_column_names_are_unique(write: Write) -> None:
    found = sniff(write("Email,email,,Email (2), First\tName \na@x.com,b@x.com,x,y,z\n"))
    assert found.header == ("Email", "email (2)", "Column 3", "Email (2) (2)", "First Name")


def test_a_header_alone_is_refused(write: Write) -> None:
    for text in ("email,name", "email,name\n\n" + "\n" * 100_000):
        assert sniff(write(text)).header == ("email", "name")
        with pytest.raises(Problem) as refused:
            read_dialect(write(text), ImportOptions())
        assert refused.value.field == "file"
        assert "no rows below the header on line 1" in refused.value.message


def test_cells_broken_over_lines_are_fine(write: Write) -> None:
    path = write('"e\nmail",name\na@x.com,Ann\n')
    found = sniff(path)
    assert found.header == ("e mail", "name")
    assert [(row.line, row.cells) for row in rows(path, found)] == [(3, ["a@x.com", "Ann"])]


def test_a_dialect_survives_json(write: Write) -> None:
    found = sniff(write("email;name\na@x.com;Ann\n"))
    again = json.loads(json.dumps(asdict(found)))
    assert Dialect(**again).csv_options() == found.csv_options()
    assert again["header"] == ["email", "name"]


PIECES = st.sampled_from(
    (
        *(b",", b";", b"\t", b"|", b'"', b'""', b"'", b"\\", b" ", b"\0", b",,,"),
        *(b"\n", b"\r\n", b"\r", b"\xe9", b"\xc3\xa9", b"email", b"a@x.com", b"12", b"x y"),
    )
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=60))
def test_any_bytes_are_a_table_or_a_problem(pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(b"".join(pieces))
        try:
            found = sniff(path)
        except Problem:
            return
        assert len(set(found.header)) == found.width > 0
        assert all(len(row.cells) == found.width or row.defect for row in rows(path, found))
