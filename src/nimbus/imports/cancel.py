"""Ending an import before its end (D-02)."""

from __future__ import annotations

from uuid import UUID

from nimbus.db.door import TryAgain, Tx
from nimbus.imports.find import find, locked
from nimbus.imports.import_job import RUNNING, ImportJob
from nimbus.imports.stages import report
from nimbus.jobs import job
from nimbus.problems import Problem


def cancel(tx: Tx, import_id: UUID) -> ImportJob:
    """End the import; contacts and companies that it has written stay, and the rows that it did not
    come to are skipped for the reason `cancelled`.

    It ends at once unless a batch of it is being written: then its runner ends it with that batch.
    Raises Problem(conflict) when it is over already, TryAgain when it came to rest meanwhile.
    """
    found = find(tx, import_id)
    if not found.is_over and job.is_at_rest(tx, found.job_id):
        found = locked(tx, import_id)
        if not found.is_over:
            report.cancelled(tx, found)
            return find(tx, import_id)
    if found.is_over:
        status = found.status.replace("_", " ")
        raise Problem("conflict", f"This import is {status} already, so it cannot be cancelled.")
    asked = tx.run(
        "update import_job set cancel_asked = true, "
        "message = 'It will be cancelled once the batch that is being written is done.' "
        "where workspace_id = %s and id = %s and status = any (%s)",
        [tx.workspace_id, import_id, list(RUNNING)],
    )
    if not asked:
        raise TryAgain
    return find(tx, import_id)
