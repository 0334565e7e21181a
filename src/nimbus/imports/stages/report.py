"""The end of an import: the books balanced, and what the numbers usually mean (S1-57…S1-62); or
an end before that, when it was cancelled or its file cannot be imported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus.access.who import system
from nimbus.companies import resolve
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.jobs import job
from nimbus.operations.operation import Changed
from nimbus.scoring import rescore

_SQL = beside(__file__, "ledger.sql")
_CANCELLED = beside(__file__, "cancelled.sql")
REJECTED_TOO_MANY, MATCHED_TOO_FEW = 0.20, 0.50
# So many columns are named of those that lost values.
_NAMED = 5


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
    left_out = tx.rows(_SQL["left_out"], ids)
    warnings = [*found.warnings, *_meanings(found, counted), *_left_out(left_out)]
    _clear_stage(tx, import_id)
    tx.run(
        "update import_job set status = 'complete', stage = null, message = null, warnings = %s, "
        "consent_protected = %s, finished_at = %s where workspace_id = %s and id = %s",
        [Jsonb(warnings), counted["consent_protected"], tx.now, tx.workspace_id, import_id],
    )
    job.advance(tx, job_id, done=found.total, total=found.total)
    job.finish(tx, job_id, "done", _sentence(found))
    tx.changes.append(Changed("import", "completed", (import_id,), scored=True))


def cancelled(tx: Tx, found: ImportJob) -> None:
    """What was written stays and is said; the rows on their way that it did not come to are
    skipped, so that its books balance (D-05) and no row is lost silently (G-03)."""
    values = {
        "workspace": tx.workspace_id, "import": found.id, "operation": found.operation_id,
    }  # fmt: skip
    left_out = tx.run(_CANCELLED["leave_out"], values)
    tx.run(_CANCELLED["count_left_out"], {**values, "rows": left_out})
    if found.operation_id:
        resolve.sweep(tx, found.operation_id)
    companies: int = tx.value(_CANCELLED["written_companies"], values)
    _end_early(tx, found, "cancelled", _stays(found.written, companies))


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


def _stays(contacts: int, companies: int) -> str:
    written = contacts + companies
    if not written:
        return "It was cancelled before anything was written."
    told = [f"{contacts:,} {'contact' if contacts == 1 else 'contacts'}"] if contacts else []
    if companies:
        told.append(f"{companies:,} {'company' if companies == 1 else 'companies'}")
    ends = ("was", "it stays") if written == 1 else ("were", "they stay")
    return f"{' and '.join(told)} {ends[0]} written before it was cancelled; {ends[1]}."


def _sentence(found: ImportJob) -> str:
    return (
        f"{found.imported:,} imported, {found.updated:,} updated, {found.skipped:,} skipped, "
        f"{found.suppressed:,} suppressed, {found.errored:,} errored."
    )


def _meanings(found: ImportJob, counted: dict[str, int]) -> list[str]:
    said = []
    unreadable, without_company = counted["unreadable"], counted["without_company"]
    too_many = found.total and unreadable / found.total > REJECTED_TOO_MANY
    if too_many and counted["without_email"] * 2 > unreadable:
        said.append(
            f"{counted['without_email']:,} of {found.total:,} rows have no email address, and "
            "contacts are told apart by theirs. Add the addresses, or map another column to Email."
        )
    elif too_many:
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


def _left_out(columns: list[dict[str, Any]]) -> list[str]:
    """Cells of rows that went in without them, which only the rows themselves would say."""
    if not columns:
        return []
    cells = sum(column["cells"] for column in columns)
    named = ", ".join(f"{column['header']} {column['cells']:,}" for column in columns[:_NAMED])
    more = f" and {len(columns) - _NAMED} more columns" if len(columns) > _NAMED else ""
    example = f"such as “{columns[0]['example']}”"
    values = "1 value was" if cells == 1 else f"{cells:,} values were"
    return [
        f"{values} left out, since the field could not read it ({example}): {named}{more}. The "
        "rows themselves were written; each says what it lost."
    ]
