"""Reading imports: one, the latest, and their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.filters.text import literal
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


@dataclass(frozen=True, slots=True)
class Sought:
    """What of the history is asked for; an empty member asks for all. `text` is part of the name of
    the file or of who began it; `until` is not within."""

    text: str = ""
    statuses: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def recent(
    tx: Tx, limit: int = 50, before: UUID | None = None, sought: Sought = Sought()
) -> list[ImportJob]:
    """Newest first; ids are ordered by time, so `before` pages on."""
    return tx.all(
        ImportJob,
        f"select {COLUMNS} from import_job where workspace_id = %(workspace)s "  # noqa: S608
        "and (%(before)s::uuid is null or id < %(before)s) "
        "and (name ilike %(pattern)s or created_by ilike %(pattern)s) "
        "and (%(statuses)s::text[] is null or status = any (%(statuses)s)) "
        "and (%(since)s::timestamptz is null or created_at >= %(since)s) "
        "and (%(until)s::timestamptz is null or created_at < %(until)s) "
        "order by id desc limit %(limit)s",
        {
            "workspace": tx.workspace_id, "before": before, "limit": limit,
            "pattern": f"%{literal(sought.text)}%", "statuses": list(sought.statuses) or None,
            "since": sought.since, "until": sought.until,
        },
    )  # fmt: skip


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
