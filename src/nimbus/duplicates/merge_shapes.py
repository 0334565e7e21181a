"""What merging takes and answers (G-18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from nimbus.contacts.contact import Contact
from nimbus.db import ids
from nimbus.duplicates.merge import MOST

ContactId = Annotated[str, Field(pattern=f"^{ids.pattern('cont')}$")]


class Merging(BaseModel):
    """The contacts to merge. The oldest of them lives on, whoever is named first."""

    model_config = ConfigDict(extra="forbid")

    survivor: ContactId = Field(
        description="Whose values win where `choices` say nothing. The id that lives on is that of "
        "the oldest contact, whichever this is."
    )
    sources: list[ContactId] = Field(
        min_length=1, max_length=MOST - 1,
        description="The others. They fill what the survivor has not got, the oldest first.",
    )  # fmt: skip
    choices: dict[str, ContactId] = Field(
        default_factory=dict,
        description="By the name of a field, as in `PATCH`, the contact whose value wins; custom "
        "fields as `custom_fields.name`. Tags are always those of all, consent and status always "
        "the strictest.",
        examples=[{"email": "cont_01h455vb4pex5vsknk084sn02q"}],
    )
    dry_run: StrictBool = Field(
        default=False, description="Answer what would come of it, and change nothing."
    )


@dataclass(frozen=True, slots=True)
class MergeMeta:
    """`merged` are the contacts that are archived now and lead to this one; the merge can be undone
    until `undo_until`."""

    merged: list[str]
    undo_until: datetime


@dataclass(slots=True)
class MergedContact(Contact):
    meta: MergeMeta
