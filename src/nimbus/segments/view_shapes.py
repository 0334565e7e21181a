"""What goes in and comes out of the API of saved views."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from nimbus.contacts.paging import CREATED_DESC, SORTS
from nimbus.filters.shapes import FilterTree
from nimbus.segments.saved_view import MAX_COLUMNS, MAX_NAME
from nimbus.segments.shapes import TotalMeta
from nimbus.web.values import SEEN

Name = Annotated[
    str,
    Field(
        min_length=1, max_length=MAX_NAME, examples=["My hot leads"],
        json_schema_extra={"pattern": SEEN},
    ),
]  # fmt: skip
Shared = Annotated[
    bool, Field(strict=True, description="For everybody in the workspace; else for its maker.")
]
Search = Annotated[str, Field(max_length=200)]
Order = Annotated[str, Field(json_schema_extra={"enum": list(SORTS)})]
Columns = Annotated[
    list[str],
    Field(max_length=MAX_COLUMNS, description="Keys of fields; none for the usual columns."),
]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewView(_Given):
    name: Name
    is_shared: Shared = False
    filter: FilterTree | None = None
    search: Search = ""
    sort: Order = CREATED_DESC.key
    columns: Columns = []


class ViewChanges(_Given):
    """Members that are left out stay as they are."""

    name: Name = Field(default_factory=str)
    is_shared: Shared = Field(default_factory=bool)
    filter: FilterTree | None = Field(default_factory=lambda: None)
    search: Search = Field(default_factory=str)
    sort: Order = Field(default_factory=str)
    columns: Columns = Field(default_factory=list)


class ShownView(BaseModel):
    id: str = Field(examples=["view_01h455vb4pex5vsknk084sn02q"])
    name: str
    is_shared: bool
    is_own: bool = Field(description="Made by whoever asks.")
    filter: dict[str, Any] | None
    search: str
    sort: str
    columns: list[str]
    href: str | None = Field(
        description="The address of the list, within this site; null when its filter asks for what "
        "is gone."
    )
    created_by: str
    created_at: datetime
    updated_at: datetime


class ViewList(BaseModel):
    data: list[ShownView]
    meta: TotalMeta
