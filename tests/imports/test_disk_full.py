"""A disk that is full: its remedy is told, nothing is left behind, and with room all goes on."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from nimbus.db.roles import Logins
from nimbus.demo.people import HEADER, people
from nimbus.imports.find import find
from nimbus.imports.resume import resume
from tests.conftest import World
from tests.imports.conftest import IMPORTS, PEOPLE
from tests.imports.test_run import bring

MB = 1 << 20
SPACE = Identifier("nimbus_small")


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Writing beyond it fails as on a disk that is full."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


def _people(count: int, padding: int = 0) -> bytes:
    note = "n" * padding
    lines = [",".join((*HEADER, "Notes"))]
    lines += [",".join(f'"{cell}"' for cell in (*row, note)) for row in people(count)]
    return "\n".join(lines).encode()


def _kept(world: World) -> list[Path]:
    return [path for path in world.instance.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize("megabytes", [1, 3])
def test_an_upload_that_finds_no_room(world: World, api: Any, upload: Any, megabytes: int) -> None:
    """One megabyte is held in memory until it is kept, more is spooled to the disk before that."""
    data = _people(20, megabytes * MB // 22)
    with no_file_above(MB // 4):
        status, refused = upload(data)
    assert (status, refused["error"]["code"]) == (507, "insufficient_storage")
    assert "make room" in refused["error"]["message"]
    assert _kept(world) == []
    assert api("GET", IMPORTS)[1]["data"] == []
    status, made = upload(data)
    assert status == 202
    world.work()
    assert api("GET", f"{IMPORTS}{made['id']}/")[1]["imported"] == 20
    assert len(_kept(world)) == 1


def test_the_page_says_so_too(world: World, browser_of: Any) -> None:
    alice = browser_of(world.alice)
    with no_file_above(MB // 4):
        answer = alice.post("/contacts/import", files={"file": ("p.csv", _people(20, MB // 22))})
    assert answer.status_code == 507
    assert "disk of uploaded files is full" in answer.text
    assert _kept(world) == []


@pytest.fixture
def small_disk(template: Logins) -> Iterator[Path]:
    """A tablespace of the test server on a disk of its own with two megabytes."""
    folder = Path(f"/tmp/nimbus-small-{uuid4().hex[:8]}")
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)):
        folder.rmdir()
        pytest.skip("only root may mount a small disk")
    inside = folder / "space"
    inside.mkdir(mode=0o700)
    owner = (Path(os.environ["NIMBUS_TEST_FOLDER"]) / "pg").stat()
    os.chown(inside, owner.st_uid, owner.st_gid)
    with psycopg.connect(template.admin or "", autocommit=True) as connection:
        connection.execute(SQL("create tablespace {} location {}").format(SPACE, str(inside)))
        connection.execute(SQL("grant create on tablespace {} to public").format(SPACE))
    yield folder
    with psycopg.connect(template.admin or "", autocommit=True) as connection:
        connection.execute(SQL("drop tablespace {}").format(SPACE))
    # A process of the server may have a file open for a moment longer, though it is deleted.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


def _mount(*how: str) -> int:
    return subprocess.run(["mount", *how], capture_output=True, check=False).returncode


def test_a_database_without_room_pauses_the_import_which_then_goes_on(
    small_disk: Path, world: World
) -> None:
    with psycopg.connect(world.instance.logins.migrate) as connection:
        connection.execute(SQL("alter table contact set tablespace {}").format(SPACE))
    held = bring(world, _people(4_000))
    assert (held.status, held.stage) == ("paused", "segmenting")
    assert held.message == "The disk of the database is full. Make room on it, then resume."
    assert not _mount("-o", "remount,size=64m", str(small_disk))
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        resume(tx, held.id)
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        done = find(tx, held.id)
        contacts = tx.value("select count(*) from contact")
    assert (done.status, done.imported, contacts) == ("complete", 4_000, 4_000)


def test_a_request_that_finds_the_database_without_room(
    small_disk: Path, world: World, upload: Any
) -> None:
    with psycopg.connect(world.instance.logins.migrate) as connection:
        connection.execute(SQL("alter table import_job set tablespace {}").format(SPACE))
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "full").write_bytes(b"0" * 2 * MB)
    status, refused = upload(PEOPLE)
    assert (status, refused["error"]["code"]) == (507, "insufficient_storage")
    assert "disk of the database is full" in refused["error"]["message"]
    assert _kept(world) == [], "a file without its import is not kept"
    (small_disk / "full").unlink()
    assert upload(PEOPLE)[0] == 202
