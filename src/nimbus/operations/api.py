"""Operations for programs: what was done, and taking it back (G-21)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.operations import audit, things, undoing
from nimbus.operations.audit import Sought
from nimbus.operations.kept_page import kept_page
from nimbus.operations.shapes import KeptPage, ShownOperation, ShownUndone
from nimbus.web.route import ApiRouter, Ask, json_response
from nimbus.web.values import FromPage

# Of a thing that is veiled an operation changes one, or few.
MOST = 100

router = ApiRouter("/api/v1/operations", "operations")


@router.at("GET", "/{id}/", scope="contacts:read", answers=ShownOperation)
def get_operation(ask: Ask, id: str) -> ShownOperation:
    """What was done, by whom, and whether it can be undone. The answer to every write names its
    operation in the header `Nimbus-Operation`."""
    return shown(ask.tx, undoing.find(ask.tx, ids.read("op", id)))


UNDER_WAY: dict[int | str, dict[str, Any]] = {
    202: {"model": ShownUndone, "description": "It is under way, as a job."}
}


@router.at(
    "POST", "/{id}/undo/", scope="contacts:write", scope_or="consent:write", answers=ShownUndone,
    responses=UNDER_WAY,
)  # fmt: skip
def undo_operation(ask: Ask, id: str) -> Response:
    """Take back what the operation changed. A value goes back while nobody else has set it since;
    the others are kept, and listed. The undo is an operation itself, and can be undone. For what
    changed consent and status alone `consent:write` is enough, and for the correction of an email
    `admin:gdpr` with it."""
    operation_id = ids.read("op", id)
    undoing.need(ask.tx, ask.who, operation_id)
    return answer_undone(ask, operation_id)


def answer_undone(ask: Ask, operation_id: UUID) -> Response:
    """Undo it, and answer with what that did."""
    undone = undoing.undo_operation(ask.tx, ask.who, "api", operation_id)
    job_id = ids.show("job", undone.job_id) if undone.job_id else None
    operation = shown(ask.tx, undoing.find(ask.tx, undone.operation_id))
    told = ShownUndone(operation, job_id, undone.words, dict(undone.counts), undone.kept)
    return json_response(told, 202 if job_id else 200)


@router.at("GET", "/{id}/kept/", scope="contacts:read", answers=KeptPage)
def list_kept_of_operation(
    ask: Ask, id: str,
    cursor: FromPage = None,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
) -> KeptPage:  # fmt: skip
    """What an undo left as it is, and why."""
    return kept_page(ask, undoing.find(ask.tx, ids.read("op", id)).id, page_size, cursor)


def _why(tx: Tx, found: undoing.Found) -> str | None:
    """Without what is for one person alone, such as the name of a private view, which operations of
    earlier versions have."""
    if found.why is None or found.subject not in things.with_veil():
        return found.why
    page, _ = audit.page(tx, Sought(operation_id=found.id, thing=found.subject), MOST, None)
    told = audit.changes(tx, page)
    return found.why if told and all(change.why for change in told) else None


def shown(tx: Tx, found: undoing.Found) -> ShownOperation:
    """An operation as the API shows it."""
    return ShownOperation(
        ids.show("op", found.id), found.kind, found.actor_name, found.through, _why(tx, found),
        found.at,
        ids.show("op", found.undoes) if found.undoes else None,
        ids.show("op", found.undone_by) if found.undone_by else None,
        found.may_be_undone(tx.now), found.until,
        ids.show("job", found.job_id) if found.job_id else None,
    )  # fmt: skip
