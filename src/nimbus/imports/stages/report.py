"""The end of an import: the books balanced, and what the numbers usually mean (S1-57…S1-62); or
an end before that, when it was cancelled or its file cannot be imported."""

from __future__ import annotations

from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus.access.who import system
from nimbus.companies import resolve
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.jobs import job
from nimbus.scoring import rescore

_SQL = beside(__file__, "ledger.sql")
REJECTED_TOO_MANY, MATCHED_TOO_FEW = 0.20, 0.50


def complete(tx: Tx, import_id: UUID, job_id: UUID) -> None:
    """Close the import. Raises RuntimeError when a row has no outcome: that must never be."""
    found = find(tx, import_id)
    ids = {"workspace": tx.workspace_id, "import": import_id}
    counted = tx.row(_SQL["tally"], ids)
    assert counted  # noqa: S101 - aggregates answer one row
    if not found.total == found.decided == counted["ledger"]:
        raise RuntimeError(
            f"{found.total} rows were read, {found.decided} counted and {counted['ledger']} "
            "are in the ledger"
        )
    warnings = [*found.warnings, *_meanings(found, counted)]
    _clear_stage(tx, import_id)
    tx.run(
        "update import_job set status = 'complete', stage = null, message = null, warnings = %s, "
        "finished_at = %s where workspace_id = %s and id = %s",
        [Jsonb(warnings), tx.now, tx.workspace_id, import_id],
    )
    job.advance(tx, job_id, done=found.total, total=found.total)
    job.finish(tx, job_id, "done", _sentence(found))


def cancelled(tx: Tx, found: ImportJob) -> None:
    """What was written stays and is said; nothing is left of the rows on their way."""
    if found.written == 1:
        message = "1 contact was written before it was cancelled; it stays."
    elif found.written:
        message = f"{found.written:,} contacts were written before it was cancelled; they stay."
    else:
        message = "It was cancelled before anything was written."
    _end_early(tx, found, "cancelled", message)


def failed(tx: Tx, found: ImportJob, message: str) -> None:
    """The file cannot be imported; `message` says why and what to do."""
    _end_early(tx, found, "failed", message)


def _end_early(tx: Tx, found: ImportJob, status: str, message: str) -> None:
    _clear_stage(tx, found.id)
    tx.run(
        "update import_job set status = %s, message = %s, finished_at = %s "
        "where workspace_id = %s and id = %s",
        [status, message, tx.now, tx.workspace_id, found.id],
    )
    job.finish(tx, found.job_id, status, message)
    values = {"workspace": tx.workspace_id, "operation": found.operation_id}
    if tx.column(_SQL["changed_companies"], values):
        # The stage that scores the people who were here before did not come to it.
        rescore.start(tx, system(tx.workspace_id, "Scoring"), "Scoring the people of companies")


def _clear_stage(tx: Tx, import_id: UUID) -> None:
    tx.run(
        "delete from import_stage where workspace_id = %s and import_id = %s",
        [tx.workspace_id, import_id],
    )
    resolve.forget(tx, import_id)


def _sentence(found: ImportJob) -> str:
    return (
        f"{found.imported:,} imported, {found.updated:,} updated, {found.skipped:,} skipped, "
        f"{found.suppressed:,} suppressed, {found.errored:,} errored."
    )


def _meanings(found: ImportJob, counted: dict[str, int]) -> list[str]:
    said = []
    unreadable, without_company = counted["unreadable"], counted["without_company"]
    if found.total and unreadable / found.total > REJECTED_TOO_MANY:
        said.append(
            f"{unreadable / found.total:.0%} of the rows could not be read. That usually means the "
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
