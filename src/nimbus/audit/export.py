"""The log as a file, streamed: CSV with a line for each field that was changed, or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
from starlette.responses import Response, StreamingResponse

from nimbus.audit.shapes import AuditChange, shown
from nimbus.fields.read import catalogue
from nimbus.operations.audit import Sought, every
from nimbus.web.route import Ask

Format = Literal["csv", "jsonl"]
MEDIA: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8",
}  # fmt: skip
HEADER = (
    "at", "actor_kind", "actor_id", "actor", "through", "operation_id", "operation", "why",
    "undoes", "change_id", "thing", "thing_id", "change", "field", "before", "after",
)  # fmt: skip
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def answer(ask: Ask, asked: Sought, format: Format) -> Response:
    """All that is asked for, in as much memory as a page."""
    fields = catalogue(ask.tx)
    pages = (
        [shown(change, fields) for change in page]
        for page in every(ask.instance.door, ask.tx.workspace_id, asked)
    )
    lines = as_csv(pages) if format == "csv" else as_json(pages)
    name = {"Content-Disposition": f'attachment; filename="audit log.{format}"'}
    return StreamingResponse(lines, media_type=MEDIA[format], headers=name)


def as_json(pages: Iterable[list[AuditChange]]) -> Iterator[bytes]:
    """A line for each change, as the API has it."""
    for page in pages:
        yield b"".join(msgspec.json.encode(one) + b"\n" for one in page)


def as_csv(pages: Iterable[list[AuditChange]]) -> Iterator[str]:
    """A line for each field; one without field and values where nothing is told of any."""
    yield _written([HEADER])
    for page in pages:
        yield _written(row for one in page for row in _rows(one))


def _rows(one: AuditChange) -> Iterator[tuple[Any, ...]]:
    about = (
        one.at.isoformat(timespec="milliseconds"), one.actor.kind, one.actor.id, one.actor.name,
        one.through, one.operation.id, one.operation.kind, one.operation.why, one.operation.undoes,
        one.id, one.thing.kind, one.thing.id, one.kind,
    )  # fmt: skip
    if not one.fields:
        yield (*about, None, None, None)
    for field in one.fields:
        yield (*about, field.field, field.before, field.after)


def _written(rows: Iterable[tuple[Any, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    """Text that a spreadsheet would take for a formula has an apostrophe before it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if value.startswith(_FORMULA) else value
