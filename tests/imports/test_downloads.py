"""The result files: complete, in the file's own words, and good to import again (S1-58, F-10)."""

from __future__ import annotations

import csv
import io

import pytest

from nimbus.imports import downloads
from nimbus.imports.downloads import RESULT_COLUMNS
from tests.imports.conftest import IMPORTS, PEOPLE

OUTCOMES = ("imported", "updated", "skipped", "suppressed", "errored")


@pytest.fixture
def download(http, world):
    def get(done, path, **params):
        answer = http.get(
            f"{IMPORTS}{done['id']}/{path}", headers=world.alice.headers, params=params
        )
        assert answer.status_code == 200, answer.text
        return answer

    return get


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))


def test_the_files_of_all_outcomes_add_up_to_the_total(import_of, download):
    import_of()
    done = import_of(PEOPLE.replace(b"VP Sales", b"CEO") + b"new@kestrel-example.com,New,,,,,\n")
    files = {one: table(download(done, "rows.csv", status=one)) for one in OUTCOMES}
    assert {one: len(rows) for one, rows in files.items()} == {one: done[one] for one in OUTCOMES}
    assert sum(map(len, files.values())) == done["total"] == len(table(download(done, "rows.csv")))
    assert [row["import_line"] for row in files["errored"]] == ["5", "6"]
    assert files["updated"][0]["Title"] == "CEO"


def test_cells_come_back_as_they_were(import_of, download):
    odd = (
        "Email;First name;Notes\r\n"
        'ada@kestrel-example.com;"=HYPERLINK(""x"")";"two\r\nlines; and more"\r\n'
        "nobody; Zoë ;-1\r\n"
        "too@kestrel-example.com;a;b;c;d\r\n"
    ).encode("cp1252")
    done = import_of(odd, name="Ältere.csv", mapping={"Email": "email", "First name": "first_name"})
    answer = download(done, "rows.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "filename*=UTF-8''%C3%84ltere%20results.csv" in answer.headers["content-disposition"]
    assert not answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
    assert lines[0] == ["Email", "First name", "Notes", *RESULT_COLUMNS]
    assert lines[1][:5] == ["ada@kestrel-example.com", '=HYPERLINK("x")',
                            "two\r\nlines; and more", "2", "imported"]  # fmt: skip
    assert lines[2][:6] == ["nobody", " Zoë ", "-1", "4", "errored", "invalid_email"]
    assert lines[3][:3] == ["too@kestrel-example.com", "a", "b"]
    assert lines[3][5] == "malformed_row"
    assert lines[3][7:] == ["c", "d"]


def test_a_corrected_error_file_goes_in_whole(import_of, download):
    data = PEOPLE.replace(b"Country", b"Status").replace(b"Germany", b"active")
    first = import_of(data.replace(b"Sweden", b"active"))
    assert first["errored"] == 2
    text = download(first, "errors.csv").content
    fixed = text.replace(b"not an email", b"carl@kestrel-example.com")
    fixed = fixed.replace(b"\r\n,Dora", b"\r\ndora@kestrel-example.com,Dora")
    second = import_of(fixed, name="people errors.csv")
    assert (second["status"], second["imported"], second["errored"]) == ("complete", 2, 0)
    assert second["total"] == 2
    assert [one["header"] for one in second["mapping"] if one["field"] is None] == [*RESULT_COLUMNS]
    again = table(download(second, "rows.csv"))
    assert [name for name in again[0] if name in RESULT_COLUMNS] == [*RESULT_COLUMNS]


def test_corrected_errors_go_by_the_mapping_of_their_file(import_of, download):
    first = import_of(b"Who,What\nnobody,VP\n", mapping={"Who": "email", "What": "title"})
    text = download(first, "errors.csv").content
    second = import_of(text.replace(b"nobody", b"ada@kestrel-example.com"))
    assert (second["status"], second["imported"]) == ("complete", 1)
    assert second["field_mapping_id"] == first["field_mapping_id"]


def test_a_long_file_is_read_in_chunks_of_short_transactions(
    import_of, download, world, monkeypatch
):  # fmt: skip
    monkeypatch.setattr(downloads, "CHUNK", 7)
    people = b"".join(b"p%d@kestrel-example.com,P\n" % number for number in range(50))
    done = import_of(b"Email,First name\n" + people)
    assert len(table(download(done, "rows.csv"))) == 50
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = downloads.find.recent(tx)[0]
    path = next(path for path in world.instance.files.rglob("*") if path.is_file())
    lines = downloads.written(
        world.door, world.alice.who.workspace_id, found.id, path,
        downloads.dialect_of(found), None,
    )  # fmt: skip
    next(lines), next(lines)
    with world.door.platform() as tx:
        busy = tx.value(
            "select count(*) from pg_stat_activity where state like 'idle in transaction%%' "
            "and datname = current_database()"
        )
    assert busy == 0


def test_a_file_that_is_gone_is_said_so(api, import_of, world):
    done = import_of()
    for path in world.instance.files.rglob("*"):
        if path.is_file():
            path.unlink()
    status, refused = api("GET", f"{IMPORTS}{done['id']}/errors.csv")
    assert (status, refused["error"]["code"]) == (404, "not_found")
    assert "no longer kept" in refused["error"]["message"]


def test_a_page_gives_the_file_as_a_spreadsheet_opens_it(import_of, browser_of, world):
    text = "Email;First name\r\nnobody;Zoë\r\n".encode("cp1252")
    done = import_of(text, mapping={"Email": "email", "First name": "first_name"})
    answer = browser_of(world.alice).get(f"/imports/{done['id']}/errors.csv")
    # The mark says UTF-8, and the delimiter is the file's own.
    assert answer.content.startswith("\ufeffEmail;First name;import_line".encode())
    assert "nobody;Zoë;2;errored".encode() in answer.content
