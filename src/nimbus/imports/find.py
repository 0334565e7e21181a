"""Reading imports: one, the latest, and their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.imports.import_job import COLUMNS, ImportJob
from nimbus.problems import not_found


def find(tx: Tx, import_id: UUID) -> ImportJob:
    """Raises Problem(not_found)."""
    found = tx.one(
        ImportJob,
        f"select {COLUMNS} from import_job where workspace_id = %s and id = %s",  # noqa: S608
        [tx.workspace_id, import_id],
    )
    if found is None:
        raise not_found("import")
    return found


def locked(tx: Tx, import_id: UUID) -> ImportJob:
    """Nobody else decides about it meanwhile. Raises Problem(not_found)."""
    tx.run(
        "select id from import_job where workspace_id = %s and id = %s for update",
        [tx.workspace_id, import_id],
    )
    return find(tx, import_id)


def recent(tx: Tx, limit: int = 50, before: UUID | None = None) -> list[ImportJob]:
    """Newest first; ids are ordered by time, so `before` pages on."""
    return tx.all(
        ImportJob,
        f"select {COLUMNS} from import_job where workspace_id = %s "  # noqa: S608
        "and (%s::uuid is null or id < %s) order by id desc limit %s",
        [tx.workspace_id, before, before, limit],
    )


@dataclass(frozen=True, slots=True)
class ImportJobRow:
    """What became of one row of the file."""

    row_no: int
    line: int
    status: str
    reason: str | None
    email: str | None
    contact_id: UUID | None
    duplicate_of_row: int | None
    detail: dict[str, Any] | None


def rows(
    tx: Tx, import_id: UUID, status: str | None = None, after: int = 0, limit: int = 100
) -> list[ImportJobRow]:
    """Rows of an outcome (None: all) in the order of the file."""
    return tx.all(
        ImportJobRow,
        """
        select row_no, line, status, reason, email, contact_id, duplicate_of_row, detail
        from import_row
        where workspace_id = %s and import_id = %s and row_no > %s
            and (%s::text is null or status = %s)
        order by row_no
        limit %s
        """,
        [tx.workspace_id, import_id, after, status, status, limit],
    )
