"""What the rollback of an import, or its undoing, left as it is, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from nimbus.db.door import Door
from nimbus.imports.downloads import MARK, called, pieces
from nimbus.imports.import_job import ImportJob
from nimbus.imports.rollback import last_undo
from nimbus.operations.kept import Kept, page
from nimbus.web.route import Ask

CHUNK = 5_000
HEADER = ("thing", "id", "name", "reason", "message", "fields", "changed_by", "changed_at")


def answer(ask: Ask, found: ImportJob, *, spreadsheet: bool = False) -> Response:
    """What the last rollback of the import, or its undoing, kept, as CSV."""
    last = last_undo(ask.tx, found)
    told = written(
        ask.instance.door, ask.tx.workspace_id, last.id if last else None, spreadsheet=spreadsheet
    )
    name = f"{found.name.removesuffix('.csv')} kept.csv"
    return StreamingResponse(told, media_type="text/csv; charset=utf-8", headers=called(name))


def written(
    door: Door, workspace_id: UUID, undo_id: UUID | None, *, spreadsheet: bool = False
) -> Iterator[str]:
    """All of it as CSV, a chunk in a transaction of its own; without an undo the header alone."""
    yield (MARK if spreadsheet else "") + "".join(pieces([list(HEADER)], ","))
    after = None
    while undo_id:
        with door.workspace(workspace_id) as tx:
            chunk = page(tx, undo_id, after, CHUNK)
        if chunk:
            yield from pieces([_cells(one) for one in chunk], ",")
        if len(chunk) < CHUNK:
            return
        after = chunk[-1].thing_id, chunk[-1].reason


def _cells(one: Kept) -> list[str]:
    named = "; ".join(field.key for field in one.fields)
    at = one.changed_at.isoformat() if one.changed_at else ""
    return [
        one.thing, one.shown_id, one.label or "", one.reason, one.message, named,
        one.changed_by or "", at,
    ]  # fmt: skip
