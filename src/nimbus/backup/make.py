"""Making a backup beside a running instance: the database of one moment, its files, the secrets."""

from __future__ import annotations

import fcntl
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO

from nimbus import clock
from nimbus.backup import last
from nimbus.backup.archive import Say, Writer, sync_folder
from nimbus.backup.database import Kept, Snapshot, snapshot
from nimbus.backup.manifest import DATABASE, FORMAT, SECRETS, Manifest
from nimbus.db import secrets
from nimbus.db.instance import logins, refuse_missing
from nimbus.files import path_of
from nimbus.problems import Problem, invalid
from nimbus.settings import Settings


def back_up(
    settings: Settings, target: Path | IO[bytes], say: Say, *, force: bool = False
) -> Manifest:
    """Write a backup of the instance into a new file, or a stream.

    Files are kept before the row that names them is committed and stay as they are, so each one
    that the snapshot names is there; one that was lost is told of in the manifest. Raises Problem
    when there is no instance, its secrets are others, or the file is there already (unless
    `force`); the target is not touched then.
    """
    refuse_missing(settings)
    with logins(settings) as known, snapshot(known.migrate) as view:
        keys = _secrets(settings, view)
        if isinstance(target, Path):
            with _fresh(target, force=force) as out:
                made = _write(settings, view, keys, out, say)
            last.note(settings.data, last.Backup(clock.now(), str(target.resolve()),
                                                 target.stat().st_size))  # fmt: skip
        else:
            try:
                made = _write(settings, view, keys, target, say)
            except OSError as error:
                raise _unwritten("The backup", error) from error
            last.note(settings.data, last.Backup(clock.now(), None, None))
    return made


def _secrets(settings: Settings, view: Snapshot) -> secrets.Secrets:
    """Those that the database was set up with. Raises Problem when they are not here."""
    known = view.fingerprint()
    if known is None:
        raise Problem(
            "unavailable",
            "The database has not been set up: there is nothing to back up. Start Nimbus once, or "
            "name its folder with --data.",
        )
    keys = secrets.kept(settings.data, settings.secret)
    if known != keys.fingerprint:
        raise Problem(
            "unavailable",
            "The secrets here are not those of the database, and a backup with them could not be "
            "used. Put back DATA/secrets or NIMBUS_SECRET.",
        )
    return keys


def _write(
    settings: Settings, view: Snapshot, keys: secrets.Secrets, out: IO[bytes], say: Say
) -> Manifest:
    made_at = clock.now().isoformat()
    with Writer(out) as archive:
        tables = view.tables(say)
        with view.dump() as stream:
            archive.add(DATABASE, stream, _adding(say, "Database, bytes", None))
        lost = _add_files(archive, settings.files_folder, view.files(), say)
        archive.add(SECRETS, io.BytesIO(keys.master + b"\n"), lambda _: None)
        manifest = Manifest(
            FORMAT, version("nimbus-contacts"), view.version, made_at, view.migrations(), tables,
            archive.parts, lost,
        )  # fmt: skip
        archive.end(manifest)
    return manifest


def _add_files(archive: Writer, folder: Path, files: list[Kept], say: Say) -> dict[str, str]:
    """Answers those that were lost, with the reason."""
    lost = {}
    told = _adding(say, "Files, bytes", sum(file.size for file in files))
    for file in files:
        name = f"files/{file.workspace_id}/{file.id}"
        try:
            source = open(path_of(folder, file.workspace_id, file.id), "rb")  # noqa: SIM115
        except OSError as error:
            lost[name] = error.strerror or str(error)
            continue
        with source:
            part = archive.add(name, source, told)
        if part.sha256 != file.sha256.hex():
            lost[name] = "Not as it was uploaded"
    return lost


def _adding(say: Say, what: str, total: int | None) -> Callable[[int], None]:
    done = 0

    def told(size: int) -> None:
        nonlocal done
        say(what, done := done + size, total)

    return told


@contextmanager
def _fresh(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """A file that takes its name once it is whole and on the disk; open to its owner alone."""
    if path.is_dir():
        raise invalid(f"{path} is a folder: name the file to write.", "file")
    if path.exists() and not force:
        raise invalid(f"{path} is there already. Choose another name, or give --force.", "file")
    part = path.with_name(f"{path.name}.part")
    try:
        out = os.fdopen(os.open(part, os.O_CREAT | os.O_RDWR, 0o600), "r+b")
    except OSError as error:
        raise invalid(f"{part} cannot be written: {error.strerror}.", "file") from error
    with out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise invalid(f"Another backup is writing {path} now. Wait for it.", "file") from error
        try:
            # What a killed backup left is taken over.
            os.fchmod(out.fileno(), 0o600)
            out.truncate(0)
            yield out
            out.flush()
            os.fsync(out.fileno())
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise _unwritten(str(path), error) from error
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def _unwritten(what: str, error: OSError) -> Problem:
    return Problem("unavailable", f"{what} could not be written: {error.strerror or error}.")
