"""When the last backup was made from here, for `nimbus doctor`: a note in the data folder."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

NOTE = "last-backup.json"


@dataclass(frozen=True, slots=True)
class Backup:
    """File and size are None when it went to standard output."""

    at: datetime
    file: str | None
    bytes: int | None


def note(data: Path, backup: Backup) -> None:
    """A backup that cannot be noted is one all the same."""
    fresh = data / f"{NOTE}.{os.getpid()}"
    with suppress(OSError):
        fresh.write_bytes(msgspec.json.encode(backup) + b"\n")
        fresh.replace(data / NOTE)


def known(data: Path) -> Backup | None:
    """None when no backup is known of, or the note cannot be read."""
    try:
        return msgspec.json.decode((data / NOTE).read_bytes(), type=Backup)
    except (OSError, msgspec.MsgspecError):
        return None
