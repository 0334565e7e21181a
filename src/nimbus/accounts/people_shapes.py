"""What the API of people and invitations takes and answers, as documented in OpenAPI."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nimbus.access import ROLES
from nimbus.accounts.shapes import Counted

Role = Annotated[str, Field(json_schema_extra={"enum": list(ROLES)})]
Email = Annotated[str, Field(min_length=3, max_length=320)]


class MemberShape(BaseModel):
    id: str = Field(examples=["user_01h455vb4pex5vsknk084sn02q"])
    name: str
    email: str
    role: Role
    created_at: datetime = Field(description="Since when they belong to the workspace.")


class MemberList(BaseModel):
    data: list[MemberShape]
    meta: Counted


class NewRole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role


class NewInvitation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: Email
    role: Role


class InvitationShape(BaseModel):
    id: str = Field(examples=["inv_01h455vb4pex5vsknk084sn02q"])
    email: str
    role: Role
    invited_by: str = Field(description="The name of the person or key that did.")
    created_at: datetime
    expires_at: datetime


class InvitationList(BaseModel):
    data: list[InvitationShape]
    meta: Counted


class MadeInvitation(InvitationShape):
    url: str = Field(description="The link to send them. It is shown here and never again.")


class MadePasswordLink(BaseModel):
    """It takes the place of an earlier one."""

    url: str = Field(description="The link to send them. It is shown here and never again.")
    expires_at: datetime
