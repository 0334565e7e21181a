"""The history of a contact's fields for programs (F-21, G-49)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from nimbus.contacts.history.history import FieldHistory, Past, history_of
from nimbus.contacts.read import one
from nimbus.db import ids
from nimbus.fields import Field as CatalogueField
from nimbus.fields.read import catalogue
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Meta
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import NO_NUL, FromPage

router = ApiRouter("/api/v1/contacts", "contacts")

# What an operation may be about, of what people see by an id.
_SUBJECTS: dict[str, ids.Prefix] = {"import": "imp", "contact": "cont", "company": "comp"}


class ShownPast(BaseModel):
    """A value and what it was before, as the contact shows them; of a contact's making `before` is
    null."""

    value: Any
    before: Any
    at: datetime
    actor_kind: str = Field(examples=["person"])
    actor: str = Field(description="The person, the name of the key, or Nimbus itself.")
    through: str = Field(examples=["web"])
    operation: str = Field(examples=["contact.update"])
    operation_id: str
    source_id: str | None = Field(description="The import that it came from, and so on.")
    source: str | None = Field(description="Its name, or the reason that was given.")


class HistoryPage(BaseModel):
    data: list[ShownPast]
    meta: Meta


@router.at("GET", "/{id}/history/", scope="contacts:read", answers=HistoryPage)
def list_field_history(
    ask: Ask, id: str,
    field: Annotated[
        str,
        Query(max_length=200, pattern=NO_NUL, description="Its key, such as `title`, "
              "`company.industry` or `custom.plan`.", examples=["title"]),
    ],
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: FromPage = None,
) -> dict[str, Any]:  # fmt: skip
    """The values that a field had, newest first: since when, by whom, and through what. A field of
    the company is told of the company that the contact has now."""
    row = one(ask.tx, ids.read("cont", id))
    if row is None:
        raise ids.missing("cont")
    found = history_of(catalogue(ask.tx), field)
    history = FieldHistory(ask.tx, found, row)
    seal = Seal(
        ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id}:history:{row['id']}:{found.ref}"
    )
    changes = history.page(seal.open(cursor).id if cursor else None, page_size + 1)
    page, more = changes[:page_size], len(changes) > page_size
    following = seal.close(Cursor(page[-1].id, None, 0)) if more else None
    return {
        "data": [_shown(found, each) for each in page],
        "meta": Meta(following, more, history.count(), True),
    }


def _shown(field: CatalogueField, past: Past) -> dict[str, Any]:
    prefix = _SUBJECTS.get(past.subject or "")
    return {
        "value": _value(field, past.now), "before": _value(field, past.was), "at": past.at,
        "actor_kind": past.actor_kind, "actor": past.actor_name, "through": past.through,
        "operation": past.operation, "operation_id": ids.show("op", past.operation_id),
        "source_id": ids.show(prefix, past.subject_id) if prefix and past.subject_id else None,
        "source": past.why,
    }  # fmt: skip


def _value(field: CatalogueField, value: Any) -> Any:
    """Ids as they leave; anything else is in the log as the API shows it."""
    if field.type.kind == "reference" and value is not None:
        return field.type.show(value if isinstance(value, UUID) else UUID(value))
    return value
