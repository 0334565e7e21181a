"""What goes in and comes out of edits of a contact, for their documentation and their checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from nimbus.contacts.contact import Contact
from nimbus.operations.shapes import ShownReference
from nimbus.web.paging import Meta
from nimbus.web.values import an_id

Tag = Annotated[str, Field(min_length=1, max_length=100)]
Tags = Annotated[list[Tag], Field(max_length=1_000)]
Outcome = Literal["updated", "unchanged"]
Reason = Annotated[str, Field(max_length=1_000, description="For people who look later.")]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Tagging(_Given):
    add: Tags = []
    remove: Tags = []


class Correction(_Given):
    email: Annotated[str, Field(max_length=320)]
    why: Annotated[str, Field(min_length=1, max_length=1_000)]


class Removal(_Given):
    deletion_reason: Reason | None = None


class Restoration(_Given):
    client_id: Annotated[
        str | None, an_id("client", "In agency mode, for one that nobody holds.")
    ] = None


@dataclass(slots=True)
class EditMeta:
    """`changed` are the members of the contact that are different now."""

    outcome: Outcome
    changed: list[str]
    warnings: list[str]


@dataclass(slots=True)
class EditedContact(Contact):
    """The contact as it is now, and what the request changed."""

    meta: EditMeta


@dataclass(slots=True)
class EditedConsent:
    """What whoever may record consent, and read no contact, is told of one (D-33)."""

    id: str
    status: str
    consent_status: str
    consent_type: str | None
    consent_date: date | None
    consent_source: str | None
    gdpr_basis: str | None
    meta: EditMeta


@dataclass(slots=True)
class DeletionMeta(EditMeta):
    """`references` are what used the contact, as `…/references/` listed them before (G-33)."""

    references: list[ShownReference]


@dataclass(slots=True)
class DeletedContact(Contact):
    """The contact as it is in the trash, and what used it."""

    meta: DeletionMeta


class Enrollment(BaseModel):
    """A contact in a sequence, of which there are none yet."""

    id: str


class EnrollmentPage(BaseModel):
    data: list[Enrollment]
    meta: Meta
