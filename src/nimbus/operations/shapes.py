"""How the API shows operations, what an undo kept, and what uses a thing (G-33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field

from nimbus.operations.references import Reference, shown
from nimbus.web.paging import Meta


class ShownReference(BaseModel):
    kind: str = Field(examples=["tier_rule"])
    id: str | None = Field(description="Of what uses the thing; null where the use is of many.")
    name: str
    count: int


class ReferencesMeta(BaseModel):
    total_count: int


class ReferenceList(BaseModel):
    data: list[ShownReference]
    meta: ReferencesMeta


def listed(found: Sequence[Reference]) -> dict[str, object]:
    """The answer of `…/references/`."""
    return {"data": shown(found), "meta": {"total_count": len(found)}}


@dataclass(frozen=True, slots=True)
class ShownKept:
    """What an undo left as it is: `reason` for programs, `message` for people. `fields` are those
    that `changed_by` has changed since; `name` is the email or the domain, null when it is gone."""

    thing: str
    id: str
    name: str | None
    reason: str
    message: str
    fields: list[str]
    changed_by: str | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptPage:
    data: list[ShownKept]
    meta: Meta


@dataclass(frozen=True, slots=True)
class ShownOperation:
    """Something that somebody did. `undone_by` undid it; `undoes` is what it undoes itself; where
    it `may_be_undone`, then until `undo_until`, or for ever."""

    id: str
    kind: str
    actor: str
    through: str
    why: str | None
    at: datetime
    undoes: str | None
    undone_by: str | None
    may_be_undone: bool
    undo_until: datetime | None
    job_id: str | None


@dataclass(frozen=True, slots=True)
class ShownUndone:
    """What an undo did: `operation` undoes, and can be undone itself. While `job_id` is not null it
    is under way, and `counts` are empty. `kept` things stay as they are, wholly or in part."""

    operation: ShownOperation
    job_id: str | None
    message: str
    counts: dict[str, int]
    kept: int
