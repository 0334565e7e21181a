"""What goes in and comes out of exports, for their documentation and their checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from nimbus.db import ids
from nimbus.exports.export import Format
from nimbus.filters.shapes import FilterTree
from nimbus.segments.selection import MOST_NAMED
from nimbus.segments.shapes import ExpectedCount

_ID = Annotated[str, Field(pattern=f"^{ids.pattern('cont')}$")]


class ExportRequest(BaseModel):
    """Contacts that are named, or those of a filter and a search; without any, everybody."""

    model_config = ConfigDict(extra="forbid")

    contact_ids: Annotated[list[_ID], Field(min_length=1, max_length=MOST_NAMED)] | None = None
    filter: FilterTree | None = None
    search: Annotated[str, Field(max_length=200)] = ""
    columns: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(
            max_length=500, examples=[["email", "full_name", "company.name"]],
            description="Keys of fields, in this order; when left out, all that an import takes.",
        ),
    ] = []  # fmt: skip
    format: Format = "csv"
    expected_count: ExpectedCount = None


@dataclass(slots=True)
class ShownExport:
    id: str
    status: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    format: Format
    columns: list[str]
    words: Annotated[str, Field(description="Who was chosen, as a sentence.")]
    name: str
    selected: int
    done: Annotated[int, Field(description="How many of those it has come to.")]
    rows: Annotated[int | None, Field(description="In the file; null until it is complete.")]
    size: int | None
    message: str | None
    job_id: str
    made_by: str
    created_at: datetime
    expires_at: Annotated[datetime, Field(description="When it is removed, with its file.")]


@dataclass(slots=True)
class Manifest:
    """What is in a file, to hold it against: `sha256` is that of its bytes."""

    file: str
    format: Format
    columns: Annotated[list[str], Field(description="As they are called in the file.")]
    rows: int
    selected: int
    filter: str
    size: int
    sha256: str
    made_by: str
    made_at: datetime
