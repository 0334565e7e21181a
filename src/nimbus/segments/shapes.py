"""What goes in and comes out of the API of segments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from nimbus.filters.shapes import FilterTree
from nimbus.segments.segment import MAX_DESCRIPTION, MAX_NAME, Kind
from nimbus.segments.write_members import MOST, Result
from nimbus.web.values import SEEN, WHOLE, an_id

Name = Annotated[
    str,
    Field(
        min_length=1, max_length=MAX_NAME, examples=["Decides, in software"],
        json_schema_extra={"pattern": SEEN},
    ),
]  # fmt: skip
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION)]
Contacts = Annotated[
    list[Annotated[str, an_id("cont", "A contact.")]],
    Field(max_length=MOST, description="Ids of contacts, `cont_…`; 10,000 in all at most."),
]


ExpectedCount = Annotated[
    Annotated[int, Field(ge=0, strict=True), WHOLE] | None,
    Field(description="How many you take them to be; nothing is done when there are others."),
]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSegment(_Given):
    name: Name
    kind: Annotated[
        Kind, Field(description="`dynamic`: whoever the filter finds; `static`: a list by hand.")
    ] = "dynamic"
    filter: FilterTree | None = Field(None, description="Of a dynamic segment; a list has none.")
    description: Description = ""


class SegmentChanges(_Given):
    """Members that are left out stay as they are."""

    name: Name = Field(default_factory=str)
    filter: FilterTree = Field(default_factory=dict)
    description: Description = Field(default_factory=str)


class ShownSegment(BaseModel):
    id: str = Field(examples=["seg_01h455vb4pex5vsknk084sn02q"])
    name: str
    kind: Kind
    description: str
    filter: dict[str, Any] | None
    sentence: str | None = Field(description="The filter in English; null for a static list.")
    problems: list[str] = Field(
        description="What is wrong with a filter that was good when it was saved, such as a "
        "segment that it asks for and that is gone."
    )
    created_by: str
    created_at: datetime
    updated_at: datetime


class TotalMeta(BaseModel):
    total_count: int


class SegmentList(BaseModel):
    data: list[ShownSegment]
    meta: TotalMeta


class SegmentCount(BaseModel):
    """`sendable` and `suppressed` are parts of `total`; `deleted` are in the trash, and so not in
    the segment."""

    total: int
    sendable: int = Field(
        description="Not suppressed, no refusal of consent, neither unsubscribed nor bounced, and "
        "nobody else's."
    )
    suppressed: int = Field(description="Held back by a list of the workspace or by the platform.")
    deleted: int
    is_exact: bool = Field(description="False beyond 10,000: then the numbers are estimates.")
    took_ms: int


class Predicate(BaseModel):
    segment_id: str = Field(description="Whose filter this is a part of.")
    path: str = Field(examples=["filter.and[1]"])
    sentence: str
    field: str | None = Field(description="What is asked for; null for several questions.")
    value: Any = Field(description="The contact's value; of segments those that it is in.")
    holds: bool


class Explained(BaseModel):
    segment_id: str
    contact_id: str
    is_member: bool
    predicates: list[Predicate]


class MemberChanges(_Given):
    add: Contacts = []
    remove: Contacts = []


class MemberResult(BaseModel):
    id: str
    result: Result


class MembersChanged(BaseModel):
    """One result for each contact that was named, first those to add."""

    operation_id: str
    results: list[MemberResult]
