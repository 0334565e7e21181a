"""Workbooks in place of a CSV (F-06), written by hand as their programs would."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from nimbus.imports.reader.workbook import as_text
from nimbus.imports.terminal import COMPLETE, Order, import_file, preview_file
from nimbus.problems import Problem

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# The style of a cell is an index into these: plain, a date, a date with its time, a time.
STYLES = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 22, 21))
ROWS = [["Email", "First name"], ["ada@kestrel-example.com", "Zoë"]]


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, packed)
    return out.getvalue()


def book(sheets: Mapping[str, str], hidden: Iterable[str] = ()) -> bytes:
    """An XLSX of sheets, each the XML of its rows."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="r{at}" '
        f'state="{"hidden" if name in hidden else "visible"}"/>'
        for at, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="r{at}" Type="{DOCUMENT}/worksheet" Target="worksheets/s{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    styles = f'<Relationship Id="r0" Type="{DOCUMENT}/styles" Target="styles.xml"/>'
    return zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
            f'Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}{styles}'
            "</Relationships>",
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs>{STYLES}</cellXfs></styleSheet>',
            **{
                f"xl/worksheets/s{at}.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}'
                "</sheetData></worksheet>"
                for at, rows in enumerate(sheets.values(), 1)
            },
        }
    )


def text(words: str, at: str = "") -> str:
    place = f' r="{at}"' if at else ""
    return f'<c{place} t="inlineStr"><is><t xml:space="preserve">{escape(words)}</t></is></c>'


def table(rows: Iterable[Iterable[str]]) -> str:
    return "".join(f"<row>{''.join(text(cell) for cell in row)}</row>" for row in rows)


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """`read(data)`: the CSV of a workbook, and what is said of it."""

    def run(data: bytes, rows: int = 100, most_bytes: int = 10**8) -> tuple[str, tuple[str, ...]]:
        path = tmp_path / "book"
        path.write_bytes(data)
        with open(path, "rb") as source, as_text(source, rows, most_bytes) as found:
            return found.file.read().decode("utf-8-sig"), found.notes

    return run


def test_a_workbook_goes_in_as_a_csv_does(api, upload, world, browser_of, tmp_path):  # type: ignore[no-untyped-def]
    header = ["Email", "First name", "Phone", "Title", "Company"]
    rows = (
        f"<row>{text('Report of May')}</row><row/>{table([header])}"
        f"<row>{text('ada@kestrel-example.com')}{text('Zoë')}<c><v>4917012345678</v></c>"
        f'<c t="str"><f>A1</f><v>VP, Sales; "EMEA"</v></c><c t="e"><v>#N/A</v></c></row>'
        f"<row/><row>{text('not an email')}{text('Bo')}</row>"
    )
    data = book({"Cover": "", "May": rows, "June": table(ROWS)})
    status, made = upload(data, name="people.xlsx")
    assert (status, made["name"]) == (202, "people.xlsx")
    world.work()
    done = api("GET", f"/api/v1/imports/{made['id']}/")[1]
    assert [done[one] for one in ("status", "total", "imported", "errored")] == [
        "complete", 2, 1, 1,
    ]  # fmt: skip
    assert done["warnings"][0].startswith("The workbook has several sheets; the first, “May”, was")
    ledger = api("GET", f"/api/v1/imports/{made['id']}/rows/")[1]["data"]
    assert [(row["line"], row["status"]) for row in ledger] == [(4, "imported"), (6, "errored")]
    ada = api("GET", "/api/v1/contacts/?email=ada@kestrel-example.com")[1]["data"][0]
    assert (ada["first_name"], ada["title"]) == ("Zoë", 'VP, Sales; "EMEA"')
    assert ada["phone"] == "4917012345678"
    assert ada["company"]["name"] is None
    errors = api("GET", f"/api/v1/imports/{made['id']}/errors.csv")[1]
    assert "not an email" in errors

    # The page, whose note stays when the file is read anew, and the command.
    alice = browser_of(world.alice)
    assert "XLSX" in alice.get("/contacts/import").text
    sent = {"file": ("people.xlsx", io.BytesIO(data))}
    here = alice.post("/contacts/import", files=sent).headers["location"]
    again = {"do": "reread", "encoding": "utf-8", "delimiter": ","}
    assert alice.post(here, data=again).status_code == 303
    assert "“May”, was taken" in alice.get(here).text
    path = tmp_path / "people.xlsx"
    path.write_bytes(data)
    order = Order(path, world.alice.who.workspace_id)
    tried = preview_file(world.instance, order)
    assert (tried.code, tried.data["total"], tried.data["updated"]) == (COMPLETE, 2, 1)
    assert len([kept for kept in world.instance.files.rglob("*") if kept.is_file()]) == 2
    answer = import_file(world.instance, order, Console(file=io.StringIO()))
    assert (answer.code, answer.data["updated"]) == (COMPLETE, 1)


def test_cells_are_written_as_a_person_means_them(read: Any) -> None:
    texts = map(text, ["a\nb", ' x, "y" ', "0049"])
    cells = (
        '<c s="1"><v>45000</v></c><c s="2"><v>45000.5</v></c><c s="3"><v>0.5</v></c>'
        '<c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#DIV/0!</v></c><c/>'
        "<c><v>123</v></c><c><v>4.9170123456E10</v></c><c><v>-2.50</v></c><c><v>1e300</v></c>"
        f"<c><f>1+1</f><v>2</v></c>{''.join(texts)}"
    )
    written, notes = read(book({"S": f"<row>{cells}</row>"}))
    assert (written, notes) == (
        '"2023-03-15","2023-03-15T12:00:00","12:00:00","true","false","","","123","49170123456",'
        '"-2.5","1e+300","2","a\nb"," x, ""y"" ","0049"\n',
        (),
    )


def test_lines_are_rows_of_the_sheet_and_hidden_sheets_are_left_alone(read: Any) -> None:
    shifted = f'<row r="3">{text("Email", "C3")}</row><row r="5">{text("x", "C5")}</row>'
    data = book({"Lists": table(ROWS), "People": shifted}, hidden=["Lists"])
    assert read(data) == ('\n\n"Email"\n\n"x"\n', ())


def test_open_document(read: Any) -> None:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in ROWS[0]
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    ods = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"/>',
            "content.xml": f'<office:document-content xmlns:office="{urn}:office:1.0" '
            f'xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="S"><table:table-row>{cells}'
            "</table:table-row></table:table></office:spreadsheet></office:body>"
            "</office:document-content>",
        }
    )
    assert read(ods)[0] == '"Email","First name"\n'


def bomb() -> bytes:
    """Says in its directory that a part takes 600 MB."""
    data = bytearray(book({"S": table(ROWS)}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 600_000_000)
    return bytes(data)


FAR = f'<row r="1">{text("Email", "A1")}</row><row r="1048576">{text("x", "%s1048576")}</row>'
REFUSED: dict[str, tuple[bytes, str]] = {
    "no cells": (book({"S": "<row/>"}), "The workbook has no cells."),
    "wide": (book({"S": table([["Email", *["x"] * 1_004]])}), "“S” is 1,005 columns wide"),
    "a little wide": (book({"S": table([["Email", *["x"] * 1_000]] * 2)}), "has 1,001 columns"),
    "far": (book({"S": FAR % "ALL"}), "too large to be read as one, or has cells far"),
    "bomb": (bomb(), "too large to be read"),
    "cut off": (book({"S": table(ROWS)})[:-200], "is damaged or protected by a password"),
    "no XML": (book({"S": "<row><c"}), "is damaged or protected by a password"),
    "old": (b"\xd0\xcf\x11\xe0" + b"\0\x01\x02" * 900, "is damaged or protected"),
    "encrypted": (
        b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "protected by a password. Save it without one",
    ),
    "header only": (book({"S": table(ROWS[:1])}), "There are no rows below the header on line 1"),
}


def test_what_cannot_be_read_is_refused_with_the_fix(upload, world) -> None:  # type: ignore[no-untyped-def]
    for kind, (data, words) in REFUSED.items():
        status, refused = upload(data, name="people.xlsx")
        assert (status, refused["error"]["field"]) == (400, "file"), kind
        assert words in refused["error"]["message"], (kind, refused)
    assert not [kept for kept in world.instance.files.rglob("*") if kept.is_file()]


def test_limits_are_those_of_the_instance(read: Any) -> None:
    with pytest.raises(Problem, match="“S” has more than 100 rows, the most that one import takes"):
        read(book({"S": table([["Email"], *[["a@x.com"]] * 101])}))
    with pytest.raises(Problem, match="too large to be read"):
        read(book({"S": table([["Email", "x" * 30_000]] * 9)}), most_bytes=200_000)
