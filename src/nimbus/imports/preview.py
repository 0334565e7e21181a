"""Preview: the first 100 rows through every stage, for real, and then taken back (S1-71).

The rows go through the very statements of an import inside a transaction that is rolled back, so
the preview cannot differ from the run, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from nimbus import operations
from nimbus.access.who import Who
from nimbus.accounts.client import Client, workspace
from nimbus.contacts.writing.write import Writing
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.fields.read import catalogue
from nimbus.imports import mapping as mappings
from nimbus.imports.defaults import default_values
from nimbus.imports.import_job import OUTCOMES, ImportOptions
from nimbus.imports.mapping import ColumnMapping
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.read import first_rows
from nimbus.imports.stages.parsing import parsed
from nimbus.intake.parse import Parser
from nimbus.intake.stages import Options
from nimbus.intake.whole import bring
from nimbus.scoring.read import scoring_for

SAMPLE = 100


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What would become of a row, and what the contact would be."""

    row_no: int
    line: int
    email: str | None
    status: str
    reason: str | None
    detail: dict[str, Any] | None
    until: datetime | None = None
    duplicate_of_row: int | None = None
    full_name: str | None = None
    title: str | None = None
    company: str | None = None
    icp_tier: str | None = None
    lead_score: int | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """The rows in the order of the file, and how many of each outcome."""

    rows: list[PreviewRow]
    counts: dict[str, int] = field(default_factory=dict)


class _TakeBack(Exception):
    pass


def preview(
    tx: Tx, instance: Instance, who: Who, client: Client, path: Path, dialect: Dialect,
    mapping: Sequence[ColumnMapping], options: ImportOptions,
) -> PreviewReport:  # fmt: skip
    """What an import of the file's first 100 rows would do. Leaves the transaction as it was."""
    changes = len(tx.changes)
    found: list[PreviewRow] = []
    try:
        with tx.connection.transaction():
            found = _try(tx, instance, who, client, path, dialect, mapping, options)
            raise _TakeBack
    except _TakeBack:
        del tx.changes[changes:]
    counts = {outcome: sum(row.status == outcome for row in found) for outcome in OUTCOMES}
    return PreviewReport(found, counts)


def _try(
    tx: Tx, instance: Instance, who: Who, client: Client, path: Path, dialect: Dialect,
    mapping: Sequence[ColumnMapping], options: ImportOptions,
) -> list[PreviewRow]:  # fmt: skip
    fields = catalogue(tx)
    mappings.check(mapping, fields)
    parser = Parser(
        mappings.columns(mapping, fields), fields, instance.secrets.key("email"),
        defaults=default_values(options.defaults, fields), lead_source="preview",
    )  # fmt: skip
    read = parsed(parser, first_rows(path, dialect, SAMPLE))
    limit = workspace(tx).contacts_hard_limit or instance.settings.contacts_hard_limit
    rules = Options(options.dedup_behavior, options.in_trash, limit)
    operation = operations.start(tx, who, "preview", "preview")
    writing = Writing(parser.incoming(), client, fields, scoring_for(tx, client.id))
    decided = bring(tx, operation, read, writing, rules)
    people = _people(tx, [one.contact_id for one in decided if one.contact_id])
    seen = [
        PreviewRow(
            one.row_no, one.line, one.email, one.outcome or "errored", one.reason, one.detail,
            one.until, one.duplicate_of,
            **(people.get(one.contact_id, {}) if one.outcome in ("imported", "updated") else {}),
        )
        for one in decided
    ]  # fmt: skip
    seen += [
        PreviewRow(r.row_no, r.line, r.email, "errored", r.reason, r.detail) for r in read.refused
    ]
    return sorted(seen, key=lambda row: row.row_no)


def _people(tx: Tx, ids: list[UUID]) -> dict[UUID | None, dict[str, Any]]:
    found = tx.rows(
        """
        select c.id, c.full_name, c.title, k.name as company, c.icp_tier, c.lead_score, c.grade
        from contact c
        left join company k on k.workspace_id = c.workspace_id and k.id = c.company_id
        where c.workspace_id = %s and c.id = any(%s)
        """,
        [tx.workspace_id, ids],
    )
    return {row.pop("id"): row for row in found}
