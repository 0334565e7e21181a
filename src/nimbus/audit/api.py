"""The audit log for programs: `/api/v1/audit/` (S0-25, G-49)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from nimbus.audit import export
from nimbus.audit.asked import sought
from nimbus.audit.shapes import AuditPage, shown
from nimbus.audit.things import KINDS
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.operations import audit
from nimbus.web.paging import meta
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import NO_NUL, FromPage, Moment

router = ApiRouter("/api/v1/audit", "audit")

_ANY_ID = "|".join(sorted({ids.pattern(kind.prefix) for kind in KINDS.values()}))


def _text(description: str, *examples: str, pattern: str = NO_NUL) -> Any:
    return Query(max_length=200, pattern=pattern, description=description, examples=list(examples))


def _id(description: str, pattern: str) -> Any:
    return Query(description=description, json_schema_extra={"pattern": f"^({pattern})?$"})


Actor = Annotated[str, _id(
    "Who did it: `user_…`, `key_…`, or `system`.",
    f"{ids.pattern('user')}|{ids.pattern('key')}|system",
)]  # fmt: skip
Through = Annotated[str, _text("The way it came in.", "web", "api", "cli", "worker")]
Thing = Annotated[str, _text("The kind of thing that was changed.", *KINDS)]
ThingId = Annotated[str, _id("The thing itself, such as `cont_…`.", _ANY_ID)]
Kind = Annotated[str, _text("What became of it.", "created", "updated", "deleted")]
OperationKind = Annotated[str, _text("What was meant.", "contact.update", "import")]
OperationId = Annotated[str, _id("Of one operation, `op_…`.", ids.pattern("op"))]
FieldKey = Annotated[str, _text("A field that was changed.", "title", "custom.stage", "name")]
Since = Annotated[Moment | None, Query(description="Written at this time or later.")]
Until = Annotated[Moment | None, Query(description="Written before this time.")]

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            name: {"schema": {"type": "string"}} for name in ("text/csv", "application/jsonl")
        },
    }
}


@router.at("GET", "/", scope="audit:read", answers=AuditPage)
def list_changes(
    ask: Ask, actor: Actor = "", through: Through = "", thing: Thing = "", thing_id: ThingId = "",
    kind: Kind = "", operation: OperationKind = "", operation_id: OperationId = "",
    field: FieldKey = "", since: Since = None, until: Until = None,
    cursor: FromPage = None,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:  # fmt: skip
    """Every change by every path with the values before and after, newest first. For reading, not
    for following: a change may come to light after a later one; webhooks tell of each."""
    fields = catalogue(ask.tx)
    asked = sought(
        fields, actor=actor, through=through, thing=thing, thing_id=thing_id, kind=kind,
        operation=operation, operation_id=operation_id, field=field, since=since, until=until,
    )  # fmt: skip
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    found, counted = audit.page(ask.tx, asked, page_size, seal.open(cursor) if cursor else None)
    data = [shown(change, fields) for change in audit.changes(ask.tx, found)]
    return {"data": data, "meta": meta(found, seal, counted)}


@router.at("GET", "/export/", scope="audit:read", responses=_FILE)
def export_changes(
    ask: Ask, format: export.Format = "csv", actor: Actor = "", through: Through = "",
    thing: Thing = "", thing_id: ThingId = "", kind: Kind = "", operation: OperationKind = "",
    operation_id: OperationId = "", field: FieldKey = "", since: Since = None,
    until: Until = None,
) -> Response:  # fmt: skip
    """All that is asked for as one file: CSV with a line for each field that was changed, safe to
    open in a spreadsheet, or a line of JSON for each change."""
    asked = sought(
        catalogue(ask.tx), actor=actor, through=through, thing=thing, thing_id=thing_id, kind=kind,
        operation=operation, operation_id=operation_id, field=field, since=since, until=until,
    )  # fmt: skip
    return export.answer(ask, asked, format)
