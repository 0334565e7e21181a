"""How the API shows the log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.audit.things import shown_id
from nimbus.db import ids
from nimbus.fields import Catalogue
from nimbus.operations.audit import ActorKind, Change
from nimbus.web.paging import Meta

# Columns that point to other things.
_POINTERS: dict[str, ids.Prefix] = {
    "owner_id": "user", "company_id": "comp", "client_id": "client", "merged_into": "cont",
    "tier_rule_id": "rule", "scoring_model_id": "model", "segment_id": "seg",
}  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class AuditActor:
    """`id` is `user_…` of a person and `key_…` of an API key, null of the system."""

    kind: ActorKind
    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class AuditOperation:
    """The intent that a change belongs to; `undoes` is the operation that it took back."""

    id: str
    kind: str
    why: str | None
    undoes: str | None


@dataclass(frozen=True, slots=True)
class AuditThing:
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class AuditField:
    """`field` is named as in filters, `custom.…` for a custom field."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class AuditChange:
    """What one operation changed of one thing. Of what was made anew no fields are told that the
    thing itself tells; `is_erased` says that the values were taken away with the person."""

    id: str
    at: datetime
    actor: AuditActor
    through: str
    operation: AuditOperation
    thing: AuditThing
    kind: str
    fields: list[AuditField]
    is_erased: bool


@dataclass(frozen=True, slots=True)
class AuditPage:
    data: list[AuditChange]
    meta: Meta


def shown(change: Change, catalogue: Catalogue) -> AuditChange:
    prefix: ids.Prefix = "key" if change.actor_kind == "key" else "user"
    return AuditChange(
        ids.show("chg", change.id),
        change.at,
        AuditActor(
            change.actor_kind,
            ids.show(prefix, change.actor_id) if change.actor_id else None,
            change.actor_name,
        ),
        change.through,
        AuditOperation(
            ids.show("op", change.operation_id), change.operation, change.why,
            ids.show("op", change.undoes) if change.undoes else None,
        ),
        AuditThing(change.thing, shown_id(change.thing, change.thing_id)),
        change.kind,
        [
            AuditField(
                _key(change.thing, column, custom, catalogue), _value(column, before),
                _value(column, after),
            )
            for column, custom, before, after in change.differences()
        ],
        change.is_erased,
    )  # fmt: skip


def _key(thing: str, column: str, custom: str | None, catalogue: Catalogue) -> str:
    """A field of a thing by its name; one that is gone by its id."""
    if custom is not None:
        field = catalogue.by_id(UUID(custom)) if _is_uuid(custom) else None
        return field.key if field else f"custom.{custom}"
    return column


def _value(column: str, value: Any) -> Any:
    prefix = _POINTERS.get(column)
    return ids.show(prefix, UUID(value)) if prefix and _is_uuid(value) else value


def _is_uuid(value: Any) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None
