"""An encoding that somebody names: one of text, in which the file is written, or a 400 (S1-08)."""

from __future__ import annotations

import codecs
import encodings.aliases
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nimbus.imports.reader.encoding_said import USUAL, known, said
from nimbus.imports.reader.read import rows
from nimbus.imports.reader.sniff import sniff
from nimbus.problems import Problem

TABLE = "Email;Name\na@x.com;Zoë Müller\nb@x.com;José Peña\n"
NO_TEXT = (
    *("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "charmap"),
    *("utf-7", "rot13", "base64", "hex", "zip", "bz2", "uu", "quopri", "mbcs", "oem", "cp037"),
    *("palmos", "klingon", "", " ", "utf\0-8", "ünï", "../x", "a.b", "x" * 10_000, "__init__"),
)


def refused(content: bytes, name: str) -> Problem:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        with pytest.raises(Problem) as problem:
            said(path, name)
    assert (problem.value.status, problem.value.field) == (400, "encoding")
    return problem.value


def table(tmp_path: Path, content: bytes, name: str) -> list[list[str]]:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    dialect = sniff(path, encoding=name)
    return [list(dialect.header), *(row.cells for row in rows(path, dialect))]


@pytest.mark.parametrize("name", NO_TEXT)
def test_what_is_no_encoding_of_text_is_refused_with_the_usual_ones(name: str) -> None:
    problem = refused(b"Email\na@x.com\n", name)
    assert "There is no encoding of text" in problem.message
    assert all(usual in problem.message for usual in USUAL)
    assert "\0" not in problem.message
    assert len(problem.message) < 300


@pytest.mark.parametrize(
    ("name", "codec"),
    [("UTF8", "utf-8"), ("U8", "utf-8"), ("utf_8_sig", "utf-8-sig"), ("Latin-1", "iso8859_1"),
     ("windows-1252", "cp1252"), (" cp1252 ", "cp1252"), ("ISO-8859-15", "iso8859_15"),
     ("macintosh", "mac_roman"), ("sjis", "shift_jis"), ("ms932", "cp932"), ("EUC-KR", "euc_kr"),
     ("KOI8-R", "koi8_r"), ("UTF-16LE", "utf-16-le"), ("utf-16", "utf-16"), ("gbk", "gbk")],
)  # fmt: skip
def test_every_usual_name_of_an_encoding_is_understood(name: str, codec: str) -> None:
    assert known(name) == codec
    codecs.lookup(codec)


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF16_LE])
@pytest.mark.parametrize("name", ["utf-16", "UTF_16_LE", "utf-16le"])
def test_utf16_is_read_in_its_own_byte_order(tmp_path: Path, name: str, mark: bytes) -> None:
    right = [line.split(";") for line in TABLE.splitlines()]
    assert table(tmp_path, mark + TABLE.encode("utf-16-le"), name) == right
    big = codecs.BOM_UTF16_BE if mark else b""
    assert table(tmp_path, big + TABLE.encode("utf-16-be"), "utf-16") == right


def test_utf32_is_read_in_its_own_byte_order(tmp_path: Path) -> None:
    right = [line.split(";") for line in TABLE.splitlines()]
    for name in ("utf-32", "utf-32-le", "utf-32-be"):
        assert table(tmp_path, TABLE.encode(name), name) == right
        assert table(tmp_path, TABLE.encode(name), "utf-32") == right


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (TABLE.encode("utf-16-be"), "utf-16-le", "by its zero bytes it is UTF-16-BE"),
        (TABLE.encode("utf-16-le"), "utf-16-be", "by its zero bytes it is UTF-16-LE"),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "utf-16-le", "mark says UTF-16-BE"),
        (TABLE.encode("utf-16"), "utf-16-be", "mark says UTF-16-LE"),
        (TABLE.encode(), "utf-16", "neither a byte order mark nor the zero bytes"),
        (b"a\0b" + TABLE.encode() * 20, "utf-16-le", "neither a byte order mark"),
        (TABLE.encode("utf-32"), "utf-16", "neither a byte order mark"),
        (TABLE.encode("utf-16-le"), "cp1252", "by its zero bytes it is UTF-16-LE"),
        (TABLE.encode("utf-16"), "utf-8", "the byte order mark of UTF-16"),
        (TABLE.encode("utf-8-sig"), "cp1252", "the byte order mark of UTF-8"),
        (TABLE.encode("cp1252"), "utf-8", "byte EB on line 2 means nothing in it"),
        (TABLE.encode("cp1252"), "ascii", "byte EB on line 2"),
        (TABLE.encode("cp1252"), "shift_jis", "cannot be read as shift_jis"),
        (TABLE.encode("cp1252"), "euc-kr", "cannot be read as euc-kr"),
        ("Имя;Email\nИван;a@x.ru\n".encode("cp1251"), "big5", "cannot be read as big5"),
        (b"Email\n" + b"a@x.com\n" * 200_000 + b"\xe9@x.com\n", "utf-8", "on line 200,002"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8" * 90, "utf-16", "characters are invalid"),
    ],
)
def test_a_file_that_is_not_written_so_is_refused_and_says_why(
    content: bytes, name: str, words: str
) -> None:
    problem = refused(content, name)
    assert words in problem.message
    assert f"The file cannot be read as {name}: " in problem.message


def test_a_few_broken_bytes_cost_their_cells_only(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes((TABLE * 5).encode() + b"c@x.com;Zo\xeb\n")
    found = sniff(path, encoding="utf-8")
    assert found.notes == ("Read as utf-8; 1 characters near the start are no utf-8.",)
    path.write_bytes(TABLE.encode("utf-16") + b"\n")
    assert sniff(path, encoding="utf-16").header == ("Email", "Name")


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(sorted({*USUAL, *encodings.aliases.aliases.values(), *NO_TEXT})),
)
def test_any_bytes_in_any_encoding_are_a_table_or_a_problem(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(data)
        try:
            found = sniff(path, encoding=name or "x")
        except Problem as problem:
            refusal = (problem.status, problem.field)
            found = None
        if found is None:
            assert refusal in ((400, "encoding"), (400, "file"))
            return
        assert all(len(row.cells) == found.width or row.defect for row in rows(path, found))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=("L", "N")), max_size=9),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]),
)
def test_what_is_written_in_an_encoding_is_read_in_it(names: list[str], name: str) -> None:
    text = "Email;Name\n" + "".join(f"a@x.com;{one}\n" for one in names)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(text.encode(name))
        found = sniff(path, name, ";")
        assert [row.cells[1] for row in rows(path, found)] == names


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("name", ["idna", "unicode_escape", "utf-7", "rot13", "base64", "utf-16"])
def test_the_api_refuses_and_keeps_nothing(api, upload, world, name: str, preview: bool) -> None:  # type: ignore[no-untyped-def]
    status, refused = upload(encoding=name, preview=preview)
    assert (status, refused["error"]["field"]) == (400, "encoding")
    assert "utf-8, utf-16, windows-1252" in refused["error"]["message"]
    assert api("GET", "/api/v1/imports/")[1]["data"] == []
    assert not [path for path in world.instance.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "fields", "at"),
    [
        (b"", {}, "file"), (b"\n\n", {}, "file"), (b"\0" * 50, {}, "file"),
        (b"%PDF-1.7", {}, "file"),
        (b"PK\x03\x04" + b"\0" * 40, {}, "file"), (b"<html>", {}, "file"),
        (b"PK\x03\x04" + b"\0" * 40, {"encoding": "cp1252"}, "file"),
        (b",".join(b"c%d" % i for i in range(10_000)), {}, "file"),
        (b"x" * 6_000_000, {}, "file"), (b"a@x.com,Ann\nb@x.com,Bo\n", {}, "file"),
        (b"Email\na@x.com\n", {"delimiter": "::"}, "delimiter"),
        (b"Email\na@x.com\n", {"delimiter": ":"}, "delimiter"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_a_400_that_names_its_field(upload, content, fields, at) -> None:  # type: ignore[no-untyped-def]
    status, refused = upload(content, **fields)
    assert (status, refused["error"]["field"]) == (400, at)


@pytest.mark.parametrize("delimiter", [";", "semicolon", "Semicolon"])
def test_the_api_takes_a_delimiter_by_sign_and_by_word(import_of, delimiter: str) -> None:  # type: ignore[no-untyped-def]
    text = "sep=,\r\nEmail;First name\r\nada@kestrel-example.com;Zoë\r\n"
    done = import_of(text.encode("utf-16-be"), encoding="UTF-16", delimiter=delimiter)
    assert (done["status"], done["imported"], done["options"]["delimiter"]) == ("complete", 1, ";")


@pytest.mark.parametrize(
    ("content", "imported", "errored"),
    [
        (b"\n\r\nEmail,First name\na@kestrel-example.com,A\0nn\n", 1, 0),
        (b'Email,First name\na@kestrel-example.com,Ann\n"', 1, 1),
        (b"Email,First name\ra@kestrel-example.com,Ann\rb@kestrel-example.com,Bo\r", 2, 0),
        (b"Email,email,EMAIL\na@kestrel-example.com,,\n", 1, 0),
        (b",Email,,\nx,a@kestrel-example.com,y,z\n", 1, 0),
        (b"sep=;\r\nEmail;First name\r\na@kestrel-example.com;Ann\r\n", 1, 0),
        (b"Email,First name\na@kestrel-example.com,Ann\nb@kestrel-example.com,"
         + b"x" * 10_000_000 + b"\nc@kestrel-example.com,Cy\n", 2, 1),
    ],
    ids=["NUL", "quote", "CR", "repeated", "blank", "sep", "10 MB"],
)  # fmt: skip
def test_odd_files_have_a_clear_end(import_of, content: bytes, imported: int, errored: int) -> None:  # type: ignore[no-untyped-def]
    done = import_of(content)
    assert (done["status"], done["imported"], done["errored"]) == ("complete", imported, errored)
