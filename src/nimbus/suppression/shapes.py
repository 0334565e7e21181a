"""What goes in and comes out of the lists' API, for its documentation and its checks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nimbus.suppression.suppression import DOMAIN_REASONS, REASONS
from nimbus.suppression.write import MOST
from nimbus.web.paging import Meta

Note = Annotated[str, Field(max_length=1000, description="For people who read the list later.")]
Source = Annotated[str, Field(max_length=100, description="Where they come from; `api` if blank.")]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSuppressions(_Given):
    emails: Annotated[list[str], Field(min_length=1, max_length=MOST)]
    reason: Annotated[str, Field(json_schema_extra={"enum": list(REASONS)})]
    note: Note = ""
    source: Source = ""


class NewSuppressionDomains(_Given):
    domains: Annotated[list[str], Field(min_length=1, max_length=MOST)]
    reason: Annotated[str, Field(json_schema_extra={"enum": list(DOMAIN_REASONS)})]
    note: Note = ""


class Delisting(_Given):
    why: Annotated[
        str,
        Field(
            max_length=1000,
            description="Why this may be contacted again. Required for an opt_out, unsubscribe, "
            "spam_complaint or compliance entry.",
        ),
    ] = ""


class Shown(BaseModel):
    id: str
    reason: str
    note: str | None
    created_by: str
    created_at: datetime


class ShownEmail(Shown):
    email: str
    source: str


class ShownDomain(Shown):
    domain: str


class ListedDomain(ShownDomain):
    held_back: int | None = Field(
        description="How many contacts have their email at it or beneath it, counted up to 10,000; "
        "null for a key without `contacts:read`."
    )
    held_back_is_exact: bool | None = Field(description="Whether there are no more of them.")


class EmailPage(BaseModel):
    data: list[ShownEmail]
    meta: Meta


class DomainPage(BaseModel):
    data: list[ListedDomain]
    meta: Meta


class New(BaseModel):
    id: str
    name: str


class RefusedLine(BaseModel):
    index: int
    value: str
    message: str


class Outcome(BaseModel):
    """`tightened` were on the list under a reason that could be lifted freely, and now cannot."""

    operation_id: str
    added: int
    tightened: int
    already_there: int
    repeated: int
    refused: list[RefusedLine]
    warnings: list[str] = Field(
        description="What may not have been meant, such as a domain of free mail."
    )
    data: list[New]
