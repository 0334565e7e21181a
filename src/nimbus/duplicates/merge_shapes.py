"""What merging takes and answers (G-18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from nimbus.contacts.contact import Contact
from nimbus.db import ids
from nimbus.duplicates.merge import MOST
from nimbus.web.bulk import RowError

MOST_GROUPS = 1_000
ContactId = Annotated[str, Field(pattern=f"^{ids.pattern('cont')}$")]


class MergeGroup(BaseModel):
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


DryRun = Annotated[
    StrictBool, Field(description="Answer what would come of it, and change nothing.")
]


class Merging(MergeGroup):
    """A single group, and whether to try it only."""

    dry_run: DryRun = False


class MergeGroups(BaseModel):
    """Groups are merged one after the other: a later one may name what an earlier one left."""

    model_config = ConfigDict(extra="forbid")

    groups: Annotated[list[MergeGroup], Field(min_length=1, max_length=MOST_GROUPS)]
    dry_run: DryRun = False


@dataclass(frozen=True, slots=True)
class MergeMeta:
    """`merged` are the contacts that are archived now and lead to this one; the merge can be undone
    until `undo_until`."""

    merged: list[str]
    undo_until: datetime


@dataclass(slots=True)
class MergedContact(Contact):
    meta: MergeMeta


@dataclass(slots=True)
class MergeResult:
    """What became of the group at an `index`: `id` is the contact that lives on, `merged` are those
    that lead to it now. The merge is undone by its `operation_id`, until `undo_until`."""

    index: int
    status: Literal["merged", "refused"]
    id: str | None
    merged: list[str]
    undo_until: datetime | None
    operation_id: str | None
    error: RowError | None


@dataclass(slots=True)
class MergeCounts:
    merged: int
    refused: int


@dataclass(slots=True)
class MergeAnswer:
    data: list[MergeResult]
    meta: MergeCounts
