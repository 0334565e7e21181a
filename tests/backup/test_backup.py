"""A backup of a running instance, restored elsewhere, is equal by digest (design 8)."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from nimbus import rooms
from nimbus.access import sessions
from nimbus.backup.make import back_up
from nimbus.backup.restore import restore
from nimbus.db.instance import instance
from nimbus.db.server import server
from nimbus.demo.people import HEADER, people
from nimbus.files import path_of
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.operations.verifying import verify
from nimbus.problems import Problem
from nimbus.settings import Settings
from nimbus.worker import work
from tests.backup.conftest import FAST, Own, silent, state, state_in
from tests.conftest import PASSWORD, Person, World, logged_in
from tests.imports.killed import small_batches
from tests.imports.test_run import bring


@contextmanager
def beginning_again(world: World, settings: Settings) -> Iterator[World]:
    """The same people on another instance."""
    with instance(settings, FAST) as opened:
        rooms.install(opened.door)
        yield replace(world, instance=opened)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def contacts(app: FastAPI, world: World, person: Person) -> list[str]:
    app.state.instance = world.instance
    with TestClient(app) as client:
        answer = client.get("/api/v1/contacts/", headers=person.headers)
    assert answer.status_code == 200, answer.text
    return sorted(one["email"] for one in answer.json()["data"])


def test_an_instance_restored_elsewhere_is_equal(
    world: World, app: FastAPI, tmp_path: Path
) -> None:
    here = world.instance
    session = logged_in(here.door, here.settings, "alice@acme.test", PASSWORD, "127.0.0.1")
    file, data = tmp_path / "nimbus.backup", tmp_path / "elsewhere"
    before = state(here.logins)
    manifest = back_up(here.settings, file, silent)
    assert state(here.logins) == before, "a backup changes nothing"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [file.name]

    restored = restore(Settings(data=data), file, silent)

    assert restored.migrated == []
    after = state_in(data)
    assert after.rows == before.rows
    assert manifest.counts == {name: rows for name, (rows, _) in before.rows.items()}
    assert min(manifest.counts[name] for name in ("contact", "company", "file", "api_key")) >= 2
    for name, known in before.schema.items():
        assert after.schema[name] == known, name
    assert contents(data / "files") == contents(here.files) != {}
    assert (data / "secrets").read_bytes() == (here.settings.data / "secrets").read_bytes()
    open_to_others = [
        path for path in (data, data / "secrets", *(data / "files").rglob("*"))
        if path.stat().st_mode & 0o077
    ]  # fmt: skip
    assert open_to_others == []
    assert not (data / "restoring").exists()

    with beginning_again(world, Settings(data=data)) as there:
        assert contacts(app, there, there.alice) == contacts(app, world, world.alice) != []
        assert contacts(app, there, there.charlie) == ["zoe@z.example"], "the wall stands"
        assert sessions.identify(there.door, session), "who is logged in stays it"
        settings = there.instance.settings
        assert logged_in(there.door, settings, "bob@acme.test", PASSWORD, "127.0.0.1")
        key, alices = there.instance.secrets.key("audit"), world.alice.who.workspace_id
        log = verify(there.door, data, key, alices)
        assert (log.is_sound, log.known) == (True, None)
        assert log.changes > 5
        again = bring(there)
        assert (again.status, again.imported, again.unchanged) == ("complete", 0, 2)


def test_a_backup_beside_an_import_that_runs(
    world: World, own: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_batches_for_a_while(monkeypatch)
    lines = [HEADER, *people(300)]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in lines)
    made = bring(world, text, work=False)
    file, elsewhere = tmp_path / "nimbus.backup", own("elsewhere")
    worker = threading.Thread(target=world.work)
    worker.start()
    try:
        with holding(world, made):
            back_up(world.instance.settings, file, silent)
    finally:
        worker.join()
    assert (done := look(world, made)).status == "complete"

    restore(elsewhere, file, silent)

    with beginning_again(world, elsewhere) as there:
        found = look(there, made)
        assert found.status == "segmenting"
        assert 0 < found.imported < done.imported
        with psycopg.connect(there.instance.logins.migrate) as connection:
            # A restore comes later than this one: the worker of back then is long gone.
            gone = connection.execute(
                "update procrastinate_workers set last_heartbeat = now() - interval '1 minute'"
            )
            assert gone.rowcount == 1
        work(there.instance, once=True)
        found = look(there, made)
        assert (found.status, found.message) == ("complete", None)
        assert [found.total, found.imported, found.updated, found.errored] == [
            done.total, done.imported, done.updated, done.errored
        ]  # fmt: skip
        assert ledger(there, made) == ledger(world, made)


def small_batches_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("parsing.ROWS", "chunks.START", "chunks.MOST", "companies.ROWS",
                 "lanes.LEAST_ROWS"):  # fmt: skip
        monkeypatch.setattr(f"nimbus.imports.stages.{name}", 0)
    small_batches()
    # One writer: of several some batch would always hold the job's row.
    monkeypatch.setattr("nimbus.imports.stages.lanes.LEAST_ROWS", 1_000)


@contextmanager
def holding(world: World, made: ImportJob) -> Iterator[None]:
    """Stop the import while it writes contacts: its next batch waits for the job's row."""
    while True:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            tx.run(
                "select from job where workspace_id = %s and id = %s for update",
                [tx.workspace_id, made.job_id],
            )
            found = find(tx, made.id)
            assert not found.is_over, found.message
            if found.status == "segmenting" and found.imported:
                yield
                return
        time.sleep(0.01)


def look(world: World, made: ImportJob) -> ImportJob:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return find(tx, made.id)


def ledger(world: World, made: ImportJob) -> list[dict[str, object]]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return tx.rows(
            "select r.row_no, r.status, r.reason, c.email, c.full_name, c.icp_tier, c.lead_score "
            "from import_row r left join contact c on c.workspace_id = r.workspace_id "
            "and c.id = r.contact_id where r.workspace_id = %s and r.import_id = %s "
            "order by r.row_no",
            [tx.workspace_id, made.id],
        )


def test_files_that_were_lost_are_told(world: World, tmp_path: Path) -> None:
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        [file_id] = tx.column("select id from file where workspace_id = %s", [tx.workspace_id])
        path = path_of(world.instance.files, tx.workspace_id, file_id)
    kept = path.read_bytes()
    name = f"files/{path.parent.name}/{path.name}"
    path.write_bytes(b"something else")
    made = back_up(world.instance.settings, tmp_path / "changed", silent)
    path.unlink()
    unmade = back_up(world.instance.settings, tmp_path / "gone", silent)
    path.write_bytes(kept)
    assert made.lost_files == {name: "Not as it was uploaded"}
    assert unmade.lost_files == {name: "No such file or directory"}
    assert len(made.files) == len(unmade.files) + 1


def test_a_backup_needs_a_place_an_instance_and_its_secrets(world: World, tmp_path: Path) -> None:
    settings = world.instance.settings
    taken = tmp_path / "taken"
    taken.write_bytes(b"precious")
    for target, words in (
        (taken, "there already.*--force"), (tmp_path, "is a folder"),
        (tmp_path / "no" / "such", "cannot be written"),
    ):  # fmt: skip
        with pytest.raises(Problem, match=words):
            back_up(settings, target, silent)
    assert taken.read_bytes() == b"precious"
    others = settings.model_copy(update={"secret": SecretStr("x" * 40)})
    with pytest.raises(Problem, match="not those of the database"):
        back_up(others, tmp_path / "new", silent)
    with pytest.raises(Problem, match="There is no instance"):
        back_up(Settings(data=tmp_path / "nothing"), tmp_path / "new", silent)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    back_up(settings, taken, silent, force=True)
    assert zipfile.is_zipfile(taken)


def test_a_backup_may_be_a_stream(world: World, tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        """Can be written to, and nothing else."""

        got = b""

        def write(self, data: object) -> int:
            self.got += bytes(data)  # type: ignore[call-overload]
            return len(data)  # type: ignore[arg-type]

    pipe = Pipe()
    manifest = back_up(world.instance.settings, pipe, silent)  # type: ignore[arg-type]
    (tmp_path / "piped").write_bytes(pipe.got)
    with zipfile.ZipFile(tmp_path / "piped") as found:
        assert found.testzip() is None
        assert json.loads(found.read("manifest.json"))["made_at"] == manifest.made_at


def test_a_killed_restore_starts_by_no_mistake(made: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    words = [sys.executable, "-m", "nimbus.cli", "restore", str(made), "--data", str(data)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (data / "pg" / "postmaster.pid").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with pytest.raises(Problem, match="has not ended"), instance(Settings(data=data)):
        pass
    with pytest.raises(Problem, match="is not empty"):
        restore(Settings(data=data), made, silent)
    with server(data) as superuser, psycopg.connect(superuser) as connection:
        found = connection.execute("select datname from pg_database").fetchall()
        if ("nimbus",) in found:
            with psycopg.connect(superuser, dbname="nimbus") as inside:
                assert inside.execute("select to_regclass('contact')").fetchone() == (None,)
