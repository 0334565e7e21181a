"""The file of a backup: a zip, written as a stream and checked whole before anything is restored.

A zip because it is known everywhere, can be written to a pipe, and lets the manifest be written
last and read first.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

import msgspec

from nimbus.backup.manifest import FORMAT, MANIFEST, NAME, Manifest, Part
from nimbus.problems import Problem, invalid

CHUNK = 1 << 20
# What is being done, how much of it is done, and of how much where that is known.
Say = Callable[[str, int, int | None], None]


class Writer:
    """Adds parts one after the other, never holding one in memory; `parts` is what was added.
    Only with `end` the file has an end, and can be taken for a backup."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w")
        self.parts: dict[str, Part] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.fp = None  # Else it would write an end when it is forgotten.

    def add(self, name: str, source: IO[bytes], told: Callable[[int], None]) -> Part:
        """`source` until its end; `told` hears of every chunk's size. A dump is packed already."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if name.endswith(".dump") else zipfile.ZIP_DEFLATED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
                size += len(chunk)
                told(len(chunk))
        self.parts[name] = Part(size, digest.hexdigest())
        return self.parts[name]

    def end(self, manifest: Manifest) -> None:
        self._zip.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        self._zip.close()


class Archive:
    """A backup to restore from."""

    def __init__(self, path: Path, opened: zipfile.ZipFile) -> None:
        self._path, self._zip = path, opened
        self.manifest = self._manifest()

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part. Raises Problem when it cannot be read."""
        with _damage_told(self._path), self._zip.open(name) as source:
            while chunk := source.read(CHUNK):
                yield chunk

    def verify(self, say: Say) -> None:
        """Read all of it. Raises Problem unless every part is as the manifest says."""
        done, total = 0, sum(part.size for part in self.manifest.parts.values())
        for name, known in self.manifest.parts.items():
            digest, size = hashlib.sha256(), 0
            for chunk in self.chunks(name):
                digest.update(chunk)
                size += len(chunk)
                say("Checking, bytes", done := done + len(chunk), total)
            if (size, digest.hexdigest()) != (known.size, known.sha256):
                raise damaged(self._path, f"{name} is not what was written")

    def _manifest(self) -> Manifest:
        names = self._zip.namelist()
        if MANIFEST not in names:
            raise _foreign(self._path)
        with _damage_told(self._path):
            text = self._zip.read(MANIFEST)
        try:
            if msgspec.json.decode(text, type=dict)["format"] > FORMAT:
                raise invalid(
                    f"{self._path} was made by a newer version of Nimbus. Install that version, or "
                    "a later one.",
                    "file",
                )
            found = msgspec.json.decode(text, type=Manifest)
        except (msgspec.MsgspecError, KeyError, TypeError) as error:
            raise _foreign(self._path) from error
        expected = [*found.parts, MANIFEST]
        if sorted(names) != sorted(expected) or not all(map(NAME.fullmatch, found.parts)):
            raise damaged(self._path, "its parts are not those it lists")
        return found


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup in a file. Raises Problem when it is none, or not whole."""
    try:
        with open(path, "rb") as file:
            begins = file.read(4) == b"PK\3\4"
    except OSError as error:
        raise invalid(f"{path} cannot be read: {error.strerror}.", "file") from error
    if not begins:
        raise _foreign(path)
    with _damage_told(path):
        found = zipfile.ZipFile(path)
    with found:
        yield Archive(path, found)


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError,
            RuntimeError, ValueError, KeyError, OverflowError) as error:  # fmt: skip
        raise damaged(path, str(error) or type(error).__name__) from error
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error


def sync_folder(folder: Path) -> None:
    """What was made or renamed in it outlives a power cut."""
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def damaged(path: Path, how: str) -> Problem:
    return invalid(
        f"{path} is damaged or was cut off ({how}). Nothing was restored: take another copy of it, "
        "or an earlier backup.",
        "file",
    )


def _foreign(path: Path) -> Problem:
    return invalid(f"{path} is not a backup made by nimbus backup.", "file")
