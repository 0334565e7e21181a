"""The end of an import: the books balanced, and what the numbers usually mean (S1-57…S1-62)."""

from __future__ import annotations

from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.jobs import job

_SQL = beside(__file__, "ledger.sql")
REJECTED_TOO_MANY, MATCHED_TOO_FEW = 0.20, 0.50


def complete(tx: Tx, import_id: UUID, job_id: UUID) -> None:
    """Close the import. Raises RuntimeError when a row has no outcome: that must never be."""
    found = find(tx, import_id)
    ids = {"workspace": tx.workspace_id, "import": import_id}
    counted = tx.row(_SQL["tally"], ids) or {}
    if not found.total == found.decided == counted["ledger"]:
        raise RuntimeError(
            f"{found.total} rows were read, {found.decided} counted and {counted['ledger']} "
            "are in the ledger"
        )
    warnings = [*found.warnings, *_meanings(found, counted["without_company"])]
    tx.run(
        "delete from import_stage where workspace_id = %(workspace)s and import_id = %(import)s",
        ids,
    )
    tx.run(
        "update import_job set status = 'complete', stage = null, message = null, warnings = %s, "
        "finished_at = %s where workspace_id = %s and id = %s",
        [Jsonb(warnings), tx.now, tx.workspace_id, import_id],
    )
    job.advance(tx, job_id, done=found.total, total=found.total)
    job.finish(tx, job_id, "done", _sentence(found))


def _sentence(found: ImportJob) -> str:
    return (
        f"{found.imported:,} imported, {found.updated:,} updated, {found.skipped:,} skipped, "
        f"{found.suppressed:,} suppressed, {found.errored:,} errored."
    )


def _meanings(found: ImportJob, without_company: int) -> list[str]:
    said = []
    if found.total and found.errored / found.total > REJECTED_TOO_MANY:
        said.append(
            f"{found.errored / found.total:.0%} of the rows were refused. That usually means the "
            "columns are in another order than expected: look at the mapping, or at the errors."
        )
    written = found.imported + found.updated
    if written and without_company / written > MATCHED_TOO_FEW:
        said.append(
            f"{without_company:,} of {written:,} contacts have no company. Export the file again "
            "with a column for the company's domain: names alone match less often."
        )
    if found.total and not written and found.skipped == found.total:
        said.append(
            "Every row was skipped. See the reasons below: the people are assigned elsewhere, in "
            "the trash, or here already."
        )
    return said
