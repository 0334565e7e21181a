"""What the API of this room takes and answers, as documented in OpenAPI."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nimbus.access.scopes import SCOPES
from nimbus.accounts.client import MOST_DAYS, MOST_PRIORITY
from nimbus.accounts.name import MOST
from nimbus.web.values import WHOLE, an_id

Name = Annotated[str, Field(min_length=1, max_length=MOST)]
Days = Annotated[
    int, Field(ge=1, le=MOST_DAYS, strict=True, description="Days a claim lasts (D-25)."), WHOLE
]
Priority = Annotated[
    int,
    Field(ge=1, le=MOST_PRIORITY, strict=True, description="Higher counts more (D-25)."),
    WHOLE,
]


Scope = Annotated[str, Field(json_schema_extra={"enum": list(SCOPES)})]


class Counted(BaseModel):
    total_count: int


class ClientShape(BaseModel):
    id: str = Field(examples=["client_01h455vb4pex5vsknk084sn02q"])
    name: str
    assignment_days: int
    priority: int


class ClientList(BaseModel):
    data: list[ClientShape]
    meta: Counted


class NewClient(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    assignment_days: Days | None = None
    priority: Priority = 50


class KeyShape(BaseModel):
    id: str = Field(examples=["key_01h455vb4pex5vsknk084sn02q"])
    name: str
    hint: str = Field(description="The prefix and the last four characters.")
    scopes: list[str]
    client_id: str | None = Field(description="The one client the key is limited to (D-14).")
    created_at: datetime
    last_used_at: datetime | None


class KeyList(BaseModel):
    data: list[KeyShape]
    meta: Counted


class NewKey(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    scopes: list[Scope] = Field(min_length=1, description="At most those of the key that asks.")
    client_id: Annotated[str, an_id("client", "To which client it is limited.")] | None = None


class MadeKey(KeyShape):
    key: str = Field(description="The key itself. It is shown here and never again.")


class Limits(BaseModel):
    count: int
    soft_limit: int
    hard_limit: int | None


class Credential(BaseModel):
    id: str
    name: str
    scopes: list[str]
    client_id: str | None


class WorkspaceShape(BaseModel):
    id: str = Field(examples=["ws_01h455vb4pex5vsknk084sn02q"])
    name: str
    agency: bool
    contacts: Limits
    key: Credential = Field(
        description="The key this was asked with, or the person (`user_…`) whose token it was."
    )
