"""How the API shows what uses a thing: the answer of every `…/references/` (G-33)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from nimbus.operations.references import Reference, shown


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
