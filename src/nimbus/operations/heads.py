"""The last seal of each workspace, noted outside of the database: whoever cuts the end off the
chain of seals would have to change this too."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from nimbus.operations.seal import Head

FOLDER = "seals"


def known(folder: Path, workspace_id: UUID) -> Head | None:
    """The head that is noted in the data folder; None when there is none that can be read."""
    with suppress(OSError, ValueError):
        return Head.read((folder / FOLDER / str(workspace_id)).read_text())
    return None


def workspaces(folder: Path) -> list[UUID]:
    """Those of which a head is noted."""
    found = []
    with suppress(OSError):
        for path in sorted((folder / FOLDER).iterdir()):
            with suppress(ValueError):
                found.append(UUID(path.name))
    return found


def note(folder: Path, workspace_id: UUID, head: Head) -> None:
    """Note it in the place of the one before, wholly or not at all."""
    path = folder / FOLDER / str(workspace_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as out:
        out.write(f"{head}\n")
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
