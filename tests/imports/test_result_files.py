"""A result file is read again as what it is, whatever its rows hold (S1-58, F-10)."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nimbus.imports.proposal.propose import fingerprint, propose
from nimbus.imports.reader.header import name_columns
from nimbus.imports.reader.read import CUT, Row, rows
from nimbus.imports.reader.sniff import Dialect, sniff
from nimbus.imports.result_columns import RESULT_COLUMNS
from tests.imports.conftest import IMPORTS

ODD = st.sampled_from(
    ("", " ", "a@x.com", "12", "2026-01-02", 'say "hi"', "'x'", "'y','z'", "a;b", "a;b;c;d;e", "|",
     "x\ty", "\\", '\\"', "=1+1", "two\nlines", ", x", "Müller", "https://x.com"),
)  # fmt: skip
TOLD = ["7", "errored", "malformed_row", "has 5 cells, where the header has 4"]


def read(text: str) -> tuple[Dialect, list[Row]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "errors.csv"
        path.write_bytes(text.encode())
        dialect = sniff(path)
        return dialect, list(rows(path, dialect))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["Spalte A", "Email", "Nr.", "Größe", "a;b", "", "2024"]),
             min_size=1, max_size=5),
    st.lists(st.tuples(st.lists(ODD, min_size=5, max_size=5), st.lists(ODD, max_size=9)),
             min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_nothing_about_a_result_file_is_guessed(
    names: list[str], data: list[tuple[list[str], list[str]]], delimiter: str, padded: bool,
    marked: bool,
) -> None:  # fmt: skip
    header = name_columns(names)
    table = [[*header, *RESULT_COLUMNS]]
    table += [[*cells[: len(header)], *TOLD, *surplus] for cells, surplus in data]
    if padded:  # as a spreadsheet saves it again
        widest = max(map(len, table))
        table = [row + [""] * (widest - len(row)) for row in table]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(table)
    dialect, found = read("\ufeff" * marked + out.getvalue())
    assert (dialect.delimiter, dialect.quotechar, dialect.header_line) == (delimiter, '"', 1)
    assert dialect.header == (*header, *RESULT_COLUMNS)
    assert fingerprint(dialect.header) == fingerprint(header)
    for row, (cells, surplus) in zip(found, data, strict=True):
        while surplus and not surplus[-1].strip():
            surplus = surplus[:-1]
        assert row.cells == [*cells[: len(header)], *TOLD, *surplus]
        assert bool(row.defect) == bool(surplus)


def test_a_result_file_of_the_widest_file_is_not_too_wide() -> None:
    names = [f"c{i}" for i in range(1_000)]
    text = ",".join([*names, *RESULT_COLUMNS]) + "\n" + ",".join(["x"] * 1_000 + ["1"] * 4) + "\n"
    dialect, found = read(text + ",".join(["y"] * 1_010) + "\n")
    assert dialect.width == len(found[0].cells) == 1_004
    assert [len(row.cells) for row in found] == [1_004, 1_004 + 1]
    assert found[1].defect


def test_result_columns_are_for_no_field() -> None:
    from dataclasses import replace

    from nimbus.fields import Catalogue

    catalogue = Catalogue.of()
    own = replace(
        catalogue.get("title"), key="custom.import_status", label="Import status", thing="custom",
        synonyms=(),
    )  # fmt: skip
    rows = [["a@x.com", "3", "errored", "b@x.com", "c@x.com"]] * 3
    found = propose(["Who", *RESULT_COLUMNS], rows, Catalogue.of([own])).columns
    assert [column.field_key for column in found] == ["email", None, None, None, None]


def test_rows_cut_by_us_do_not_pass_for_whole_ones() -> None:
    _, found = read('Email,Name\na@x.com,"' + "x" * 2_000_000 + '"\n')
    assert found[0].cells[2:] == [CUT]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [["Email", "Name", *RESULT_COLUMNS], [*found[0].cells[:2], *TOLD, *found[0].cells[2:]]]
    )
    assert read(out.getvalue())[1][0].defect


def test_errors_of_a_file_mapped_by_hand_go_in_by_its_mapping(api, import_of, http, world):
    lines = [
        "Titel der Liste;;;",
        "Spalte A;Spalte A;;Größe (m)",
        "ada@kestrel-example.com;Ada;VP;1,70",
        "nobody;Bo;'CEO';1,80",
        "cy@kestrel-example.com;Cy;Head; of; Sales;1,90",
    ]
    chosen = {"Spalte A": "email", "Spalte A (2)": "full_name",
              "Column 3": {"field": "title", "only_if_blank": True}, "Größe (m)": None}  # fmt: skip
    first = import_of("\r\n".join(lines).encode("cp1252"), name="Liste.csv", mapping=chosen,
                      delimiter="semicolon", encoding="windows-1252")  # fmt: skip
    assert (first["status"], first["imported"], first["errored"]) == ("complete", 1, 2)

    def errors(done):
        url = f"{IMPORTS}{done['id']}/errors.csv"
        text = http.get(url, headers=world.alice.headers).content.decode()
        return list(csv.reader(io.StringIO(text, newline="")))

    table = errors(first)
    assert table[0] == ["Spalte A", "Spalte A (2)", "Column 3", "Größe (m)", *RESULT_COLUMNS]
    assert table[1][:6] == ["nobody", "Bo", "'CEO'", "1,80", "4", "errored"]
    assert table[2][:4] == ["cy@kestrel-example.com", "Cy", "Head", " of"]
    assert table[2][8:] == [" Sales", "1,90"]

    # Untouched, every row is refused again with all its cells: none goes in under wrong headers.
    def again(table, delimiter=","):
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows(table)
        return import_of(out.getvalue().encode(), name="Liste errors.csv")

    same = again(table)
    assert (same["status"], same["imported"], same["errored"]) == ("complete", 0, 2)
    assert [row[:4] + row[8:] for row in errors(same)] == [row[:4] + row[8:] for row in table]
    # Corrected, and saved again as a German spreadsheet saves.
    table[1][0] = "bo@kestrel-example.com"
    table[2] = [*table[2][:2], "Head; of; Sales", "1,90", *table[2][4:8]]
    second = again(table, ";")
    assert (second["status"], second["imported"], second["errored"]) == ("complete", 2, 0)
    assert second["field_mapping_id"] == first["field_mapping_id"]
    mapped = {one["header"]: (one["field"], one["only_if_blank"]) for one in second["mapping"]}
    assert mapped == {
        "Spalte A": ("email", False), "Spalte A (2)": ("full_name", False),
        "Column 3": ("title", True), "Größe (m)": (None, False),
        **dict.fromkeys(RESULT_COLUMNS, (None, False)),
    }  # fmt: skip
    people = api("GET", "/api/v1/contacts/")[1]["data"]
    assert {one["email"][:2]: one["title"] for one in people}["cy"] == "Head; of; Sales"
    # The file itself, once more, still goes by its mapping.
    last = import_of("\r\n".join(lines).encode("cp1252"), encoding="cp1252", delimiter=";")
    assert (last["status"], last["updated"]) == ("complete", 1)
