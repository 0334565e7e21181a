"""What goes in and comes out of the API of personalization."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nimbus.db import ids
from nimbus.engagement.noun import Row
from nimbus.engagement.shapes import Body, Line

Status = Literal["none", "queued", "ready", "failed"]
LineName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,49}$")]
Lines = Annotated[
    dict[LineName, Body],
    Field(
        max_length=50,
        json_schema_extra={"additionalProperties": False},
        description="The lines by name, such as `opening`; templates will ask for them by it.",
        examples=[{"opening": "Congratulations on the new office in Hamburg."}],
    ),
]


class GivenPersonalization(BaseModel):
    """The whole of it: what is left out is blank."""

    model_config = ConfigDict(extra="forbid")

    status: Status
    lines: Lines = Field(default_factory=dict)
    source: Line | None = Field(None, description="What wrote the lines, or looks for them.")
    error: Body | None = Field(None, description="Why it failed.")


class Personalization(BaseModel):
    contact_id: str
    status: Status
    lines: dict[str, str]
    source: str | None
    error: str | None
    created_by: str | None = Field(description="Who began it.")
    updated_at: datetime | None = Field(description="Null as long as nobody has begun.")


def shown(contact_id: Any, row: Row | None) -> dict[str, Any]:
    """Of a contact that nobody has looked into, too."""
    known = row or {"status": "none", "lines": {}}
    names = ("status", "lines", "source", "error", "created_by", "updated_at")
    return {"contact_id": ids.show("cont", contact_id), **{name: known.get(name) for name in names}}
