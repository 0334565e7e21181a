"""Where tests keep their databases: in memory where there is room, since each test copies one."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

MEMORY, DISK = Path("/dev/shm"), Path("/tmp")
ROOM = 4 << 30  # bytes: more than a whole run has ever needed


def fresh(prefix: str) -> Path:
    """A new folder. Its name is short, since PostgreSQL puts a socket into it."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else DISK))
