"""What an import says of itself: its limit, who brought it, its warning, its time, its chunks."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from nimbus import files
from nimbus.access.keys import issue
from nimbus.db import ids
from nimbus.demo.people import HEADER, people
from nimbus.imports import terminal
from nimbus.imports.find import find
from nimbus.imports.import_job import STAGES, ImportJob
from nimbus.imports.reader.read import batches
from nimbus.imports.reader.sniff import sniff
from nimbus.imports.resume import resume
from nimbus.imports.stages import chunks
from nimbus.imports.stages.counting import most_rows
from nimbus.imports.stages.run import run
from nimbus.jobs import job
from nimbus.operations.read import history
from tests.conftest import World
from tests.imports.test_run import bring

FOUR = "Email,Notes\na@x-example.com,\nb@x-example.com,\nc@x-example.com,\nd@x-example.com,\n"


def _limited(world: World, rows: int) -> World:
    """The same world with another limit."""
    settings = world.instance.settings.model_copy(update={"import_max_rows": rows})
    return replace(world, instance=replace(world.instance, settings=settings))


def _staged(world: World) -> int:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found: int = tx.value(
            "select (select count(*) from import_stage) + (select count(*) from import_row)"
        )
    return found


# The limit of rows


def test_a_file_with_too_many_rows_fails_before_anything_is_staged(world: World) -> None:
    done = bring(_limited(world, 3), FOUR)
    assert (done.status, done.stage, done.total) == ("failed", "parsing", 0)
    assert done.message == (
        "The file has more than 3 rows, the most that one import takes. Split it into smaller "
        "files and import them one after the other."
    )
    assert done.finished_at
    assert _staged(world) == 0
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = job.find(tx, done.job_id)
    assert found
    assert (found.status, found.message) == ("failed", done.message)


def test_cells_of_several_lines_are_not_taken_for_rows(world: World) -> None:
    text = 'Email,Notes\na@x-example.com,"one\ntwo\nthree"\nb@x-example.com,"one\n\ntwo"\n'
    assert bring(_limited(world, 2), text).status == "complete"
    assert bring(_limited(world, 1), text).status == "failed"


def test_as_many_rows_as_the_limit_are_imported(world: World) -> None:
    assert bring(_limited(world, 4), FOUR).status == "complete"


def test_the_command_line_ends_with_1(world: World, tmp_path: Path) -> None:
    file = tmp_path / "four.csv"
    file.write_text(FOUR)
    limited = _limited(world, 3)
    order = terminal.Order(file, world.alice.who.workspace_id)
    answer = terminal.import_file(limited.instance, order, Console(file=io.StringIO()))
    assert (answer.code, answer.data["status"]) == (1, "failed")
    assert "The file has more than 3 rows" in answer.data["message"]


def test_a_file_that_is_gone_ends_the_import(world: World) -> None:
    made = bring(world, work=False)
    files.path_of(world.instance.files, world.alice.who.workspace_id, made.file_id).unlink()
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        done = find(tx, made.id)
    assert done.status == "failed"
    assert done.message == "The uploaded file is not there any more. Import it again."


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lines_are_never_fewer_than_rows(tmp_path: Path, end: str, encoding: str) -> None:
    for text in (FOUR, FOUR.rstrip("\n"), "\n\n" + FOUR):
        path = tmp_path / "people.csv"
        path.write_bytes(text.replace("\n", end).encode(encoding))
        dialect = sniff(path, encoding, None)
        rows = sum(len(batch.rows) for batch in batches(path, dialect))
        assert most_rows(path, dialect) >= rows == 4


# Who did it


def _made_by(world: World, done: ImportJob) -> Iterator[tuple[str, Any, str, str]]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contacts = tx.column("select id from contact order by email")
        for contact in contacts:
            [entry] = history(tx, contact)
            actor = tx.value("select actor_id from operation where id = %s", [entry.operation_id])
            yield entry.actor_kind, actor, entry.actor_name, entry.through


def test_the_log_names_the_person_who_brought_the_file(world: World) -> None:
    done = bring(world)
    alice = world.alice.who
    assert set(_made_by(world, done)) == {("person", alice.id, alice.name, "api")}
    assert (done.created_by_kind, done.created_by_id) == ("person", alice.id)


def test_the_log_names_the_key(api: Any, upload: Any, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        key_id, key = issue(tx, world.alice.who, "Nightly load")
    person = replace(world.alice, key=key)
    status, made = upload(person=person)
    assert status == 202
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        done = find(tx, ids.read("imp", made["id"]))
    [(kind, actor, name, through)] = set(_made_by(world, done))
    assert (kind, actor) == ("key", key_id)
    assert "Nightly load" in name
    assert through == "api"


def test_a_contacts_page_names_the_person(world: World, browser_of: Any) -> None:
    bring(world, FOUR)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = tx.value("select id from contact order by email limit 1")
    page = browser_of(world.alice).get(f"/contacts/{ids.show('cont', contact)}?tab=activity").text
    assert f"by {world.alice.who.name}" in page


# The warning about refused rows (S1-60)


def test_rows_that_could_not_be_read_are_warned_of(world: World) -> None:
    done = bring(world, "Email,Notes\na@x-example.com,\nnobody,\n,\nb@x-example.com,\n")
    assert done.errored == 2
    assert any(one.startswith("50% of the rows could not be read") for one in done.warnings)


def test_rows_refused_by_an_option_say_nothing_about_the_columns(world: World) -> None:
    bring(world, FOUR)
    done = bring(world, FOUR, dedup_behavior="error")
    assert (done.errored, done.total) == (4, 4)
    assert not any("could not be read" in one for one in done.warnings)


# Seconds and chunks


def _rows(count: int) -> str:
    lines = [HEADER, *people(count)]
    return "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines) + "\n"


def test_the_seconds_of_the_stages_are_what_the_import_took(world: World) -> None:
    made = bring(world, _rows(300), work=False, enrich=True)
    workspace = world.alice.who.workspace_id
    began = time.monotonic()
    run(world.instance, workspace, made.id)
    first = time.monotonic() - began
    with world.door.workspace(workspace) as tx:
        assert find(tx, made.id).status == "paused"
        resume(tx, made.id, enrich=False)
    began = time.monotonic()
    run(world.instance, workspace, made.id)
    wall = first + time.monotonic() - began
    with world.door.workspace(workspace) as tx:
        done = find(tx, made.id)
    assert done.status == "complete", done.message
    assert list(done.seconds) == list(STAGES)
    assert sum(done.seconds.values()) == pytest.approx(wall, rel=0.1, abs=0.1)


@pytest.mark.parametrize(
    ("size", "aims", "expected"),
    [
        (5_000, 1.0, 5_000),
        (5_000, 0.5, 10_000),
        (5_000, 0.0, 10_000),
        (5_000, 2.0, 2_500),
        (5_000, 24.0, 1_000),
        (20_000, 0.04, 20_000),
    ],
)
def test_chunks_grow_and_shrink_towards_what_a_stop_may_wait_for(
    size: int, aims: float, expected: int
) -> None:
    assert chunks.next_size(size, aims * chunks.AIM) == expected


def test_the_size_of_the_next_chunk_is_kept_with_the_cursor(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "START", 10)
    monkeypatch.setattr(chunks, "LEAST", 10)
    monkeypatch.setattr(chunks, "AIM", 1_000.0)
    sizes: list[int] = []
    told = chunks.next_size

    def next_size(size: int, seconds: float) -> int:
        sizes.append(size)
        return told(size, seconds)

    monkeypatch.setattr(chunks, "next_size", next_size)
    assert bring(world, _rows(60)).status == "complete"
    assert sizes == [10, 20, 40] * 3


def test_a_report_says_which_columns_lost_values_and_how_many_rows_have_no_email(
    world: World,
) -> None:
    text = "Email,Country,Phone\na@x.com,Narnia,keine\nb@x.com,Narnia,+49 30 1234567\nc@x.com,,\n"
    done = bring(world, text)
    assert [w for w in done.warnings if "left out" in w] == [
        "3 values were left out, since the field could not read it (such as “Narnia”): Country 2, "
        "Phone 1. The rows themselves were written; each says what it lost."
    ]
    done = bring(world, "Email,City\n,Rome\n,Oslo\nc@x.com,Bern\n")
    assert any(w.startswith("2 of 3 rows have no email address") for w in done.warnings)
