"""Restoring a backup into an empty folder, and an empty database where NIMBUS_DATABASE_URL is set.

The file is read whole and found right before anything is made. Until the restore has ended the
folder holds `restoring`, beside which nothing starts: a killed restore is never taken for an
instance.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from nimbus.backup.archive import Archive, Say, damaged, opened, sync_folder
from nimbus.backup.database import load, refuse_taken
from nimbus.backup.manifest import DATABASE, SECRETS, Manifest
from nimbus.db.instance import RESTORING, database
from nimbus.db.migrate import migrate, refuse_newer
from nimbus.db.secrets import Secrets
from nimbus.problems import Problem, invalid
from nimbus.settings import Settings

LOST = "lost+found"  # What a disk of its own has by itself.


@dataclass(frozen=True, slots=True)
class Restored:
    """`migrated` are the migrations that this program added to an older backup."""

    manifest: Manifest
    migrated: list[str]


def restore(settings: Settings, file: Path, say: Say) -> Restored:
    """Make the instance of these settings from a backup.

    Raises Problem when a folder or the database is not empty, or the file is no backup, is damaged
    or comes from a newer version. What was made is taken away again then.
    """
    with opened(file) as archive:
        refuse_newer(archive.manifest.migrations, "backup")
        for folder in _folders(settings):
            _refuse_filled(folder)
        archive.verify(say)
        secrets = _secrets(archive, settings, file)
        with _restoring(settings) as marker:
            _put(archive, SECRETS, settings.data / "secrets")
            _put_files(archive, settings.files_folder, say)
            _put(archive, DATABASE, dump := marker / DATABASE)
            say("Starting the database", 0, None)
            with database(settings) as known:
                refuse_taken(known.migrate)
                load(known.migrate, dump, archive.manifest.tables, say)
                migrated = migrate(known, secrets)
    return Restored(archive.manifest, migrated)


def _folders(settings: Settings) -> list[Path]:
    """The data folder, and that of the files where it lies elsewhere."""
    data, files = settings.data.resolve(), settings.files_folder.resolve()
    return [data] if files.is_relative_to(data) else [data, files]


def _refuse_filled(folder: Path) -> None:
    try:
        found = _inside(folder)
    except OSError as error:
        raise invalid(f"{folder} cannot be used: {error.strerror}.", "data") from error
    if found:
        raise invalid(
            f"{folder} is not empty (it has {found[0].name}). Restore into a new folder, with "
            "--data or NIMBUS_FILES.",
            "data",
        )


def _inside(folder: Path) -> list[Path]:
    """What a folder holds, but for what was there before anybody used it."""
    if not folder.exists():
        return []
    return sorted(path for path in folder.iterdir() if path.name != LOST)


def _secrets(archive: Archive, settings: Settings, file: Path) -> Secrets:
    """Those of the backup. Raises Problem when NIMBUS_SECRET names others."""
    if not {SECRETS, DATABASE} <= set(archive.manifest.parts):
        raise damaged(file, "it has no database or no secrets")
    secrets = Secrets(b"".join(archive.chunks(SECRETS)).strip())
    given = settings.secret
    if given is not None and given.get_secret_value().encode() != secrets.master:
        raise invalid(
            "This is not the secret of the backup. Unset it: the backup brings its own.",
            "NIMBUS_SECRET",
        )
    return secrets


@contextmanager
def _restoring(settings: Settings) -> Iterator[Path]:
    """The marker, a folder that keeps other processes away; gone, with all that was made, when the
    restore fails."""
    marker = settings.data.resolve() / RESTORING
    with ExitStack() as undo:
        try:
            for folder in _folders(settings):
                if not folder.exists():
                    folder.mkdir(mode=0o700, parents=True)
                    undo.callback(folder.rmdir)
            marker.mkdir(mode=0o700)
            undo.callback(_clear, settings, marker)
            yield marker
        except OSError as error:
            raise Problem(
                "unavailable",
                f"The backup could not be restored: {error.strerror or error}. Nothing is left of "
                "it here; make room or correct the rights, and restore again.",
            ) from error
        undo.pop_all()
    shutil.rmtree(marker)
    sync_folder(marker.parent)


def _clear(settings: Settings, marker: Path) -> None:
    """The folders were empty before: all goes, and the marker only when all else has gone."""
    for folder in reversed(_folders(settings)):
        for path in _inside(folder):
            if path.is_dir() and path != marker:
                shutil.rmtree(path)
            elif path != marker:
                path.unlink()
    shutil.rmtree(marker)


def _put_files(archive: Archive, folder: Path, say: Say) -> None:
    names = archive.manifest.files
    folder.mkdir(mode=0o700, exist_ok=True)
    for at, name in enumerate(names):
        say("Files", at, len(names))
        _put(archive, name, folder / name.removeprefix("files/"))
    for one in (*folder.iterdir(), folder, folder.parent):
        if one.name != LOST:
            sync_folder(one)


def _put(archive: Archive, name: str, path: Path) -> None:
    """A part as a new file of its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
        for chunk in archive.chunks(name):
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
