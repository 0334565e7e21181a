"""What goes in and comes out of the API of bulk actions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from nimbus.bulk.bulk import Status
from nimbus.bulk.read import Outcome
from nimbus.filters.shapes import FilterTree
from nimbus.operations.bulk import actions
from nimbus.segments.selection import MOST_NAMED
from nimbus.segments.shapes import ExpectedCount
from nimbus.web.paging import Meta
from nimbus.web.values import an_id


def _options(schema: dict[str, Any]) -> None:
    """The options of the action, whichever it is, each told once."""
    told = {one.options.__name__: one.options.model_json_schema() for one in actions()}
    schema["anyOf"] = list(told.values())


def _keys(schema: dict[str, Any]) -> None:
    schema["enum"] = [one.key for one in actions()]


class NewBulk(BaseModel):
    """To whom: either `contact_ids`, or those that `filter` and `search` find, of which those in
    the trash are left out unless `is_deleted` is true. Without any of them: everybody."""

    model_config = ConfigDict(extra="forbid")

    action: Annotated[str, Field(json_schema_extra=_keys)]
    options: Annotated[
        dict[str, Any],
        Field(description="What the action has to be told.", json_schema_extra=_options),
    ] = {}
    contact_ids: Annotated[
        list[Annotated[str, an_id("cont", "A contact.")]] | None,
        Field(min_length=1, max_length=MOST_NAMED),
    ] = None
    filter: FilterTree | None = None
    search: Annotated[str, Field(max_length=200)] = ""
    is_deleted: StrictBool = False
    expected_count: ExpectedCount = None
    dry_run: StrictBool = Field(False, description="Only count them; nothing is changed.")


class BulkResult(BaseModel):
    contact_id: str
    outcome: Outcome
    reason: str | None = Field(description="Why it was not changed, for programs.")
    message: str | None = Field(description="The same for people.")


class ShownBulk(BaseModel):
    """`count` = `done` + `unchanged` + `failed` + `not_done`."""

    id: str | None = Field(examples=["op_01h455vb4pex5vsknk084sn02q"], description="Null of a "
                           "dry run.")  # fmt: skip
    action: str
    label: str = Field(examples=["Tag 12,481 contacts with webinar_q3"])
    status: Literal["dry_run"] | Status
    count: int
    done: int
    unchanged: int
    failed: int
    not_done: int
    message: str | None = Field(description="What came of a job, or what to do about it.")
    job_id: str | None = Field(description="The job of more than 1,000 contacts.")
    created_by: str
    created_at: datetime
    expires_at: datetime = Field(description="Until then it can be reversed, and is in the log.")
    undone_by: str | None = Field(
        description="The operation that took it back, unless that was taken back itself: "
        "`/api/v1/operations/{id}/` tells of it, and lists what it kept."
    )


class BegunBulk(ShownBulk):
    results: list[BulkResult] = Field(
        description="Of what was done at once: what became of each. Empty for a job."
    )


class BulkPage(BaseModel):
    data: list[ShownBulk]
    meta: Meta


class BulkRows(BaseModel):
    data: list[BulkResult]
    meta: Meta
