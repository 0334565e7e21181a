"""Halting an import where it stands, until somebody resumes it (G-05)."""

from __future__ import annotations

from uuid import UUID

from nimbus.db.door import TryAgain, Tx
from nimbus.imports.find import find, locked
from nimbus.imports.import_job import RUNNING, ImportJob
from nimbus.jobs import job
from nimbus.problems import Problem


def pause(tx: Tx, import_id: UUID, by: str) -> ImportJob:
    """Pause the import; what it has written stays, and it goes on from there when it is resumed.

    It pauses at once unless a batch of it is being written: then its runner pauses it with that
    batch. One that is paused already stays as it is. Raises Problem(conflict) when there is nothing
    to pause, TryAgain when it came to rest meanwhile.
    """
    found = find(tx, import_id)
    if found.status == "paused":
        return found
    _refuse(found)
    if job.is_at_rest(tx, found.job_id):
        found = locked(tx, import_id)
        if found.status not in RUNNING:
            raise TryAgain
        paused(tx, found, by)
        return find(tx, import_id)
    asked = tx.run(
        "update import_job set pause_asked = %s, "
        "message = 'It will be paused once the batch that is being written is done.' "
        "where workspace_id = %s and id = %s and status = any (%s) and not cancel_asked",
        [by, tx.workspace_id, import_id, list(RUNNING)],
    )
    if not asked:
        raise TryAgain
    return find(tx, import_id)


def paused(tx: Tx, found: ImportJob, by: str) -> None:
    """Note it as paused by somebody, who is named in its message."""
    message = f"Paused by {by}. Resume it to go on from here."
    tx.run(
        "update import_job set status = 'paused', pause_asked = null, message = %s "
        "where workspace_id = %s and id = %s",
        [message, tx.workspace_id, found.id],
    )
    job.finish(tx, found.job_id, "paused", message)


def _refuse(found: ImportJob) -> None:
    """Raises Problem(conflict) that says why there is nothing to pause."""
    if found.is_over:
        status = found.status.replace("_", " ")
        raise Problem("conflict", f"This import is {status} already, so it cannot be paused.")
    if found.status == "awaiting_mapping":
        raise Problem(
            "conflict", "This import waits for its mapping, so there is nothing to pause yet."
        )
    if found.cancel_asked:
        raise Problem("conflict", "This import is being cancelled, so it cannot be paused.")
