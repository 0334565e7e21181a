"""Files that end otherwise than they began: undone, broken, forgotten; and their odd lines."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from nimbus.db import ids
from nimbus.operations.erasing import Person
from nimbus.suppression import file_lines, file_run
from nimbus.suppression.lists import EMAILS
from tests.conftest import World
from tests.scoring.people import work_all
from tests.suppression.test_suppression_files import sent

BUTTON = "Take these off again"
# The first batch ends before its third line.
THREE = "a@acme.com\nb@acme.com\nc@acme.com\n"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_run, "BATCH", 2)


def held(world: World) -> list[str]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return tx.column("select email from suppression order by email")


def kept(world: World) -> list[Any]:
    """What is left of files: rows, and bytes on the disk."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        rows: list[Any] = tx.column("select id from file")
    folder = world.instance.files / str(world.alice.who.workspace_id)
    return rows + (list(folder.iterdir()) if folder.is_dir() else [])


@pytest.mark.usefixtures("small")
def test_a_file_is_undone_once_and_only_when_it_is_read(world: World, browser_of: Any) -> None:
    alice = browser_of(world.alice)
    page = sent(alice, THREE).headers["location"]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = file_run.find(tx, tx.value("select job_id from suppression_file"))
    undo = f"/suppression/emails/undo/{ids.show('op', found.operation_id)}"
    answer = alice.post(undo)
    assert answer.status_code == 409
    assert "still being read" in answer.text
    assert len(held(world)) == 2
    work_all(world)
    assert len(held(world)) == 3
    assert BUTTON in alice.get(page).text

    with world.door.workspace(world.alice.who.workspace_id) as tx:
        done = file_run.find(tx, found.job_id)
    assert done.may_be_undone(done.created_at + timedelta(hours=23))
    assert not done.may_be_undone(done.created_at + timedelta(hours=25))

    assert alice.post(undo).status_code == 200
    assert held(world) == []
    shown = alice.get(page).text
    assert BUTTON not in shown
    assert "Taken off again" in shown


def test_of_a_file_that_breaks_at_once_nothing_is_left(world: World, browser_of: Any) -> None:
    answer = sent(browser_of(world.alice), 'email\na@acme.com\n"' + "x\n" * 300)
    assert answer.status_code == 400
    assert "Line 3 cannot be read as CSV" in answer.text
    assert held(world) == []
    assert kept(world) == []
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from suppression_file") == 0
        assert tx.value("select count(*) from job where kind = %s", [file_run.KIND]) == 0
        begun = "select count(*) from operation where kind = 'suppression.emails.add'"
        assert tx.value(begun) == 0


@pytest.mark.usefixtures("small")
def test_a_file_at_which_the_job_stops_is_forgotten(
    world: World, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = browser_of(world.alice)
    page = sent(alice, THREE).headers["location"]
    assert len(kept(world)) == 2

    def broken(*_: Any) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(file_run, "_write", broken)
    work_all(world)
    assert kept(world) == []
    assert len(held(world)) == 2
    shown = alice.get(page).text
    assert "Reading the file stopped (odd). Upload it again" in shown
    assert BUTTON in shown


@pytest.mark.usefixtures("small")
def test_erasing_forgets_a_file_that_is_not_read(world: World, browser_of: Any) -> None:
    alice = browser_of(world.alice)
    page = sent(alice, THREE).headers["location"]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        file_run.erase(tx, Person((), (), ()))
    work_all(world)
    assert kept(world) == []
    assert len(held(world)) == 2
    assert "Somebody was erased" in alice.get(page).text


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_end_in_any_way(
    world: World, browser_of: Any, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(file_run, "BATCH", 2)
    names = ["a@acme.com", "b@acme.com", "c@acme.com"]
    alice = browser_of(world.alice)
    page = sent(alice, end.join(["email", *names, ""])).headers["location"]
    assert "3 of 4 lines" in alice.get(page).text
    work_all(world)
    assert held(world) == names


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\n"])
def test_no_line_is_cut_where_a_part_of_the_file_ends(
    monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    names = [f"p{at}@acme.com" for at in range(40)]
    file = io.BytesIO(end.join(name.encode() for name in names) + end)
    for size in range(20, 40):
        monkeypatch.setattr(file_lines, "LONGEST", size)
        monkeypatch.setattr(file_lines, "CHUNK", size)
        shape = file_lines.shape_of(EMAILS, file)
        assert [name for _, name, _ in file_lines.Lines(file, shape)] == names
        assert file_lines.count_lines(file) == len(names)


@pytest.mark.parametrize(
    ("key", "first", "refused"),
    [
        ("emails", "ann.lee@acme", 1), ("emails", "People", 0),
        ("domains", "acme..com", 1), ("domains", "Firms", 0),
    ],
)  # fmt: skip
def test_a_first_line_that_looks_like_a_name_is_told_of(
    world: World, browser_of: Any, key: str, first: str, refused: int
) -> None:
    second = "bob@acme.com" if key == "emails" else "acme.com"
    sent(browser_of(world.alice), f"{first}\n{second}\n", f"/suppression/{key}/file",
         reason="manual")  # fmt: skip
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = file_run.find(tx, tx.value("select job_id from suppression_file"))
    assert (found.added, found.refused) == (1, refused)
    assert [one["text"] for one in found.errors] == [first][:refused]


def test_no_cell_of_the_export_is_a_formula_and_it_comes_back_as_it_was(
    world: World, browser_of: Any
) -> None:
    alice = browser_of(world.alice)
    sent(alice, "+ann@acme.com\n", note="=HYPERLINK(1)")
    text = alice.get("/suppression/emails/list.csv").text
    assert "'+ann@acme.com,manual,gone.csv,'=HYPERLINK(1)," in text
    sent(alice, text)
    assert held(world) == ["+ann@acme.com"]
