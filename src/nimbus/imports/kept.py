"""What the rollback of an import, or its undoing, left as it is: in words, paged and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from nimbus.db import ids
from nimbus.db.door import Door, Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import Catalogue, Field
from nimbus.fields.read import catalogue
from nimbus.imports.downloads import MARK, called, pieces
from nimbus.imports.import_job import ImportJob
from nimbus.imports.rollback import last_undo
from nimbus.web.route import Ask

_SQL = beside(__file__, "kept.sql")
CHUNK = 5_000
HEADER = ("thing", "id", "name", "reason", "message", "fields", "changed_by", "changed_at")

_WORDS = {
    "gone": "It is not there any more.",
    "email_taken": "Another contact has this email by now.",
    "assigned_elsewhere": "Somebody else holds this email by now.",
    "opted_out": "This person has opted out of the whole platform.",
    "company_gone": "Its company is not there any more.",
    "in_use": "There are contacts that belong to it.",
    "taken": "Another company has this domain or name by now.",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A contact or company that was kept, wholly or in part. `columns` are those that somebody has
    changed since; `label` is its email or domain, None when it is gone."""

    thing_id: UUID
    reason: str
    thing: Literal["contact", "company"]
    columns: list[str]
    by_kind: str | None
    by_name: str | None
    by_why: str | None
    changed_at: datetime | None
    label: str | None

    @property
    def shown_id(self) -> str:
        return ids.show("cont" if self.thing == "contact" else "comp", self.thing_id)

    @property
    def changed_by(self) -> str | None:
        """A person, a key, or another import by its name."""
        return f"import {self.by_why}" if self.by_kind == "import" else self.by_name

    def fields(self, fields: Catalogue) -> list[Field]:
        """The fields that were changed since, in the order of the catalogue; columns that are no
        field's are not told."""
        names = {column.split(".", 1)[0] for column in self.columns}
        custom = {column.removeprefix("custom.") for column in self.columns}
        return [
            field
            for field in fields
            if (field.thing == self.thing and field.column and field.column in names)
            or (field.thing == "custom" and self.thing == "contact" and field.column in custom)
        ]

    def message(self, fields: Catalogue) -> str:
        if self.reason != "edited":
            return _WORDS[self.reason]
        told = ", ".join(field.label for field in self.fields(fields)) or "It"
        return f"Changed since by {self.changed_by or 'somebody'}: {told}."


def page(tx: Tx, undo_id: UUID, after: tuple[UUID, str] | None, limit: int) -> list[Kept]:
    """What an undoing operation kept, in the order of ids, after a thing and reason."""
    return tx.all(
        Kept,
        _SQL["kept"],
        {
            "workspace": tx.workspace_id, "undo": undo_id, "limit": limit,
            "after": after[0] if after else None, "after_reason": after[1] if after else None,
        },
    )  # fmt: skip


def count(tx: Tx, undo_id: UUID) -> int:
    found: int = tx.value(
        "select count(*) from kept where workspace_id = %s and operation_id = %s",
        [tx.workspace_id, undo_id],
    )
    return found


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
            fields = catalogue(tx)
            chunk = page(tx, undo_id, after, CHUNK)
        if chunk:
            yield from pieces([_cells(one, fields) for one in chunk], ",")
        if len(chunk) < CHUNK:
            return
        after = chunk[-1].thing_id, chunk[-1].reason


def _cells(one: Kept, fields: Catalogue) -> list[str]:
    named = "; ".join(field.key for field in one.fields(fields))
    at = one.changed_at.isoformat() if one.changed_at else ""
    return [
        one.thing, one.shown_id, one.label or "", one.reason, one.message(fields), named,
        one.changed_by or "", at,
    ]  # fmt: skip
