"""Keeping a file: its bytes reach the disk before the row that names them is committed."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.problems import Problem, disk_full, not_found

CHUNK = 1 << 20
# No room, a quota that is used up, or a limit on the size of files.
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class File:
    id: UUID
    name: str
    size: int
    media_type: str
    created_at: datetime


def store(tx: Tx, folder: Path, source: BinaryIO, name: str, media_type: str, limit: int) -> File:
    """Stream `source` into the folder and note it. Raises Problem(payload_too_large) above `limit`
    bytes, Problem(insufficient_storage) when the disk is full, Problem(unavailable) when the file
    cannot be kept for another reason; nothing is left behind then."""
    file_id: UUID = tx.value("select uuidv7()")
    path = path_of(folder, tx.workspace_id, file_id)
    digest, size = hashlib.sha256(), 0
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "xb") as target:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise Problem(
                        "payload_too_large",
                        f"{name} is larger than {limit // 1_000_000:,} MB. Split it into smaller "
                        "files and import them one after the other.",
                        "file",
                    )
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno in DISK_FULL:
            raise disk_full("uploaded files") from error
        raise Problem(
            "unavailable", f"The file could not be kept: {error.strerror}. Ask the operator."
        ) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    tx.run(
        "insert into file (workspace_id, id, name, size, sha256, media_type, created_at) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        [tx.workspace_id, file_id, name, size, digest.digest(), media_type, tx.now],
    )
    return File(file_id, name, size, media_type, tx.now)


def find(tx: Tx, file_id: UUID) -> File:
    """Raises Problem(not_found)."""
    found = tx.one(
        File,
        "select id, name, size, media_type, created_at from file "
        "where workspace_id = %s and id = %s",
        [tx.workspace_id, file_id],
    )
    if found is None:
        raise not_found("file")
    return found


def path_of(folder: Path, workspace_id: UUID, file_id: UUID) -> Path:
    return folder / str(workspace_id) / str(file_id)
