"""What people decide about the course of an import, in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from nimbus import operations
from nimbus.access.who import Who
from nimbus.db.door import Tx
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.operations import Operation
from nimbus.operations.operation import log


def begin(tx: Tx, who: Who, through: str, deed: str, found: ImportJob) -> Operation:
    """An operation about an import itself, not about whom it brings."""
    return operations.start(
        tx, who, f"import.{deed}", through, subject="import", subject_id=found.id, why=found.name
    )


@contextmanager
def steered(tx: Tx, who: Who, through: str, deed: str, import_id: UUID) -> Iterator[None]:
    """Log what becomes of the import within the block; nothing where nothing does."""
    before = find(tx, import_id)
    yield
    after = find(tx, import_id)
    was, now = _course(before), _course(after)
    differing = [name for name in now if now[name] != was[name]]
    if differing:
        log(
            tx, begin(tx, who, through, deed, after), "import", import_id, "updated",
            {name: was[name] for name in differing}, {name: now[name] for name in differing},
        )  # fmt: skip


def _course(found: ImportJob) -> dict[str, Any]:
    return {
        "status": found.status,
        "pause_asked": found.pause_asked is not None,
        "cancel_asked": found.cancel_asked,
        "enrich": bool(found.options.get("enrich")),
    }
