"""What is no table, and what is an odd one, through all three doors: API, page and command (B)."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from rich.console import Console

from nimbus.imports.reader import workbook
from nimbus.imports.terminal import COMPLETE, Answer, Order, import_file
from nimbus.problems import Problem

PEOPLE = "Email,First name,Company\na@kestrel-example.com,Zoë,Kestrel\nb@kestrel-example.com,Bo,\n"


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in names:
            zipped.writestr(name, "x" * 1_000)
    return out.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The file is empty"),
    "blank": (b"\r\n \r\n,,,\r\n", "The file is empty"),
    "zeros": (b"\0" * 5_000, "The file is empty"),
    "random": (bytes(range(256)) * 9, "This is not a text file"),
    "xlsx": (archive("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook. Save it as"),
    "xls": (b"\xd0\xcf\x11\xe0" + b"\0\x01\x02" * 900, "an old Excel or Office file. Save it as"),
    "ods": (archive("mimetype", "Configurations2/opendocument.spreadsheet"), "an OpenDocument"),
    "xlsb": (archive("xl/workbook.bin"), "has installed nimbus-contacts[xlsx]"),
    "zip": (archive("people.csv"), "a ZIP archive. Unpack it"),
    "gzip": (gzip.compress(PEOPLE.encode()), "a gzip archive. Unpack it"),
    "pdf": (b"%PDF-1.7\n" + b"\0\xff" * 90, "a PDF. Export the table"),
    "no header": (PEOPLE.encode().partition(b"\n")[2], "Line 1 looks like a contact"),
    "header only": (b"\n\nEmail,First name\n\n", "no rows below the header on line 3"),
    "columns": (b"x" + b",c" * 1_200 + b"\na@kestrel-example.com\n", "line 1 has 1,201 columns"),
    "million": (b"c," * 600_000 + b"\na@kestrel-example.com\n", "Line 1, the header, is longer"),
    "one line": (b"x" * 5_000_000, "Line 1, the header, is longer than 1 MB"),
}
BIG = "x" * 1_200_000
# The rows that are good, and what is said of each that is not.
READ: dict[str, tuple[bytes, list[str], list[str]]] = {
    "utf-16 without a mark": (PEOPLE.encode("utf-16-le"), ["a", "b"], []),
    "utf-16": (codecs.BOM_UTF16_BE + PEOPLE.encode("utf-16-be"), ["a", "b"], []),
    "windows": (PEOPLE.encode("cp1252"), ["a", "b"], []),
    "preamble": (b"Report of May\n\n" + PEOPLE.encode(), ["a", "b"], []),
    "two lines of header": (b"Person,Person,Person\n" + PEOPLE.encode(), ["a", "b"], []),
    "names": (b"Email,,Email\na@kestrel-example.com,x,y\n", ["a"], []),
    "line ends": (PEOPLE.replace("\n", "\r", 1).replace("o,\n", "o,\r\n").encode(), ["a", "b"], []),
    "zeros": (PEOPLE.replace("Bo", "B\0o").encode(), ["a", "b"], []),
    "truncated": (PEOPLE.encode() + b'c@kestrel-example.com,"Cy', ["a", "b"],
                  ["Unclosed quote on line 4: close it"]),
    "delimiters": (PEOPLE.encode() + b"c@kestrel-example.com;Cy;Acme\n", ["a", "b"],
                   ["not an email address"]),
    "surplus": (PEOPLE.encode() + b"c@kestrel-example.com,Cy,Acme, Ltd\n", ["a", "b"],
                ["Line 4 has 4 cells where the header has 3: put cells that have a comma in quo"]),
    "cell": (f"{PEOPLE}c@kestrel-example.com,{BIG},x\n".encode(), ["a", "b"],
             ["Line 4 is longer than 1 MB: shorten its cells"]),
    "columns": (PEOPLE.encode() + b"c@kestrel-example.com" + b",x" * 500_000 + b"\n", ["a", "b"],
                ["Line 4 has 500,001 cells"]),
    "long": (f"{PEOPLE}c@kestrel-example.com,{BIG[:900_000]},x\n".encode(), ["a", "b", "c"], []),
}  # fmt: skip


def test_what_is_no_table_is_refused_alike(  # type: ignore[no-untyped-def]
    upload, world, browser_of, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where the extra for workbooks is not installed (`test_workbook` is for where it is).
    monkeypatch.setattr(workbook, "is_installed", lambda: False)
    alice = browser_of(world.alice)
    for kind, (content, words) in REFUSED.items():
        status, refused = upload(content)
        assert (status, refused["error"]["field"]) == (400, "file"), kind
        message = refused["error"]["message"]
        assert words in message, kind
        sent = {"file": ("people.csv", io.BytesIO(content))}
        page = alice.post("/contacts/import", files=sent)
        assert page.status_code == 400, kind
        assert message in unescape(re.sub(r"\s+", " ", page.text)), kind
        with pytest.raises(Problem) as problem:
            _by_command(world, tmp_path, content)
        assert problem.value.message == message, kind
    assert not [kept for kept in world.instance.files.rglob("*") if kept.is_file()]


def test_what_is_an_odd_table_is_read_alike(  # type: ignore[no-untyped-def]
    api, upload, world, browser_of, tmp_path: Path
) -> None:
    made = {kind: upload(content)[1] for kind, (content, _, _) in READ.items()}
    world.work()
    alice = browser_of(world.alice)
    for kind, (content, good, bad) in READ.items():
        done = api("GET", f"/api/v1/imports/{made[kind]['id']}/")[1]
        assert (done["status"], done["errored"]) == ("complete", len(bad)), kind
        assert done["imported"] + done["updated"] == len(good), kind
        assert done["total"] == len(good) + len(bad), kind
        rows = api("GET", f"/api/v1/imports/{done['id']}/rows/")[1]["data"]
        read = [row["email"].partition("@")[0] for row in rows if row["status"] != "errored"]
        assert read == good, kind
        said = [row["message"] for row in rows if row["status"] == "errored"]
        assert all(words in message for words, message in zip(bad, said, strict=True)), kind

        sent = {"file": ("people.csv", io.BytesIO(content))}
        brought = alice.post("/contacts/import", files=sent)
        assert brought.status_code == 303, kind
        page = alice.get(brought.headers["location"])
        assert (page.status_code, len(page.content) < 2_000_000) == (200, True), kind
        answer = _by_command(world, tmp_path, content)
        assert (answer.code, answer.data["updated"]) == (COMPLETE, len(good)), kind
        assert answer.data["errored"] == len(bad), kind


def _by_command(world, folder: Path, content: bytes) -> Answer:  # type: ignore[no-untyped-def]
    path = folder / "people.csv"
    path.write_bytes(content)
    order = Order(path, world.alice.who.workspace_id)
    return import_file(world.instance, order, Console(file=io.StringIO()))


def test_a_thousand_columns_can_be_chosen_on_the_page(world, browser_of) -> None:  # type: ignore[no-untyped-def]
    header = ["Email", *(f"Column of letters {number}" for number in range(999))]
    row = ["a@kestrel-example.com", *["ab"] * 999]
    data = "\n".join([",".join(header), ",".join(row)]).encode()
    alice = browser_of(world.alice)
    brought = alice.post("/contacts/import", files={"file": ("wide.csv", io.BytesIO(data))})
    assert brought.status_code == 303
    here = brought.headers["location"]
    assert alice.get(here).status_code == 200
    form = {"goes_to": ["email", *[""] * 999], "do": "start"}
    started = alice.post(here, data=form)
    assert started.status_code == 303, re.sub(r"<[^>]*>|\s+", " ", started.text)[:500]
    world.work()
    assert "complete" in alice.get(started.headers["location"]).text.lower()
