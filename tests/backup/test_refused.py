"""What is no whole backup of ours is refused before anything is made, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import json
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from nimbus.backup.archive import opened
from nimbus.backup.restore import restore
from nimbus.problems import Problem
from nimbus.settings import Settings
from tests.backup.conftest import Own, silent


def refused(file: Path, folder: Path, words: str, **settings: Any) -> None:
    """The backup is refused with these words, and nothing is left where it would have gone."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(Problem, match=words) as problem:
        restore(Settings(data=folder / "data", **settings), file, silent)
    assert problem.value.status != 500
    assert sorted(folder.rglob("*")) == before


def forged(
    made: Path, target: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]
) -> Path:
    """The backup with another manifest or other parts, as whole as a file can be."""
    with zipfile.ZipFile(made) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(manifest, parts)
    with zipfile.ZipFile(target, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
        out.writestr("manifest.json", json.dumps(manifest))
    return target


def listed(manifest: dict[str, Any], parts: dict[str, bytes], name: str, content: bytes) -> None:
    parts[name] = content
    digest = hashlib.sha256(content).hexdigest()
    manifest["parts"][name] = {"size": len(content), "sha256": digest}


def test_what_is_no_backup(tmp_path: Path) -> None:
    (folder := tmp_path / "in").mkdir()
    file = tmp_path / "file"
    refused(file, folder, "cannot be read")
    for content in (b"", b"PGDMP...", b"Email,First name\n"):
        file.write_bytes(content)
        refused(file, folder, "is not a backup made by nimbus")
    with zipfile.ZipFile(file, "w") as other:
        other.writestr("word/document.xml", "<x/>")
    refused(file, folder, "is not a backup made by nimbus")


FOREIGN = "0f0f0f0f-0000-0000-0000-000000000000"
FORGERIES: dict[str, tuple[Callable[[Any, Any], None], str]] = {
    "a newer schema": (
        lambda m, _: m["migrations"].update({"9999_new.sql": "x"}), "newer than this.*9999_new"),
    "a newer format": (lambda m, _: m.update(format=2), "made by a newer version"),
    "no format": (lambda m, _: m.pop("format"), "is not a backup"),
    "another part": (lambda _, p: p.update({"pg/x": b""}), "not those it lists"),
    "a missing part": (lambda _, p: p.pop("secrets"), "not those it lists"),
    "a path upwards": (
        lambda m, p: listed(m, p, f"files/{FOREIGN}/../../../{FOREIGN}", b"x"), "not those it"),
    "an absolute path": (lambda m, p: listed(m, p, "/tmp/evil", b"x"), "not those it lists"),
    "a part of ours elsewhere": (
        lambda m, p: listed(m, p, f"files/{FOREIGN}/{FOREIGN}\n", b"x"), "not those it lists"),
    "another content": (
        lambda _, p: p.update({"secrets": b"y" * len(p["secrets"])}), "secrets is not what was"),
    "no database": (
        lambda m, p: (p.pop("database.dump"), m["parts"].pop("database.dump")), "no database"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_what_was_put_together_otherwise(made: Path, tmp_path: Path, name: str) -> None:
    change, words = FORGERIES[name]
    (folder := tmp_path / "in").mkdir()
    refused(forged(made, tmp_path / "forged", change), folder, words)


def test_a_damaged_or_truncated_file_is_never_taken_for_whole(made: Path, tmp_path: Path) -> None:
    """Whatever byte is turned or lost: refused, or of no consequence for what is in it."""
    whole, file, chance = made.read_bytes(), tmp_path / "damaged", random.Random(7)
    lengths = [
        len(whole) - 1,
        len(whole) // 2,
        5,
        *(chance.randrange(len(whole)) for _ in range(9)),
    ]
    for length in lengths:
        file.write_bytes(whole[:length])
        with pytest.raises(Problem, match="damaged or was cut off"), opened(file) as found:
            found.verify(silent)
    places = [chance.randrange(len(whole)) for _ in range(100)]
    places += [len(whole) - chance.randrange(1, 3_000) for _ in range(200)]  # its directory
    with opened(made) as found:
        good = found.manifest
    harmless = 0
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        with suppress(Problem), opened(file) as found:
            found.verify(silent)
            assert found.manifest == good
            harmless += 1
    assert harmless < len(places) // 2


def test_a_folder_that_holds_something(made: Path, tmp_path: Path) -> None:
    (data := tmp_path / "data").mkdir()
    (data / "kept").touch()
    refused(made, tmp_path, "is not empty .it has kept.")
    (data / "kept").unlink()
    (files := tmp_path / "files").mkdir()
    (files / "kept").touch()
    refused(made, tmp_path, "is not empty .it has kept.", files=files)
    data.rmdir()
    data.touch()
    beneath = Settings(data=data / "in")
    with pytest.raises(Problem, match="could not be restored: Not a directory"):
        restore(beneath, made, silent)
    refused(made, tmp_path, "cannot be used: Not a directory")


def test_another_secret_than_the_backups(made: Path, tmp_path: Path) -> None:
    refused(made, tmp_path, "not the secret of the backup", secret=SecretStr("x" * 40))


def test_a_database_that_is_not_what_it_was(made: Path, own: Own, tmp_path: Path) -> None:
    """Found out last, when all of it is there; and all of it goes."""

    def count_one_more(manifest: dict[str, Any], _: Any) -> None:
        manifest["tables"]["contact"]["rows"] += 1

    def break_off(manifest: dict[str, Any], parts: dict[str, bytes]) -> None:
        dump = parts["database.dump"]
        listed(manifest, parts, "database.dump", dump[: len(dump) * 9 // 10])

    (folder := tmp_path / "in").mkdir()
    (folder / "data" / "lost+found").mkdir(parents=True)  # as on a disk of its own
    (folder / "files").mkdir()
    forgery = forged(made, tmp_path / "one", count_one_more)
    refused(forgery, folder, "The table contact is not what it was", files=folder / "files")
    url = (there := own("there")).database_url
    forgery = forged(made, tmp_path / "two", break_off)
    refused(forgery, folder, "pg_restore could not do its part", database_url=url)
    assert restore(there, made, silent), "and the database is as empty as it was"
