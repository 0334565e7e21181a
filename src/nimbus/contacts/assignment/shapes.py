"""What goes in and comes out of the assignment of a contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nimbus.accounts.client import MOST_PRIORITY
from nimbus.contacts.assignment.assigned import State
from nimbus.web.values import WHOLE, an_id


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Transfer(_Given):
    client_id: Annotated[str, an_id("client", "Of this workspace, who holds it from now on.")]


class Renewal(_Given):
    client_id: Annotated[
        str | None, an_id("client", "In agency mode, for one that nobody holds.")
    ] = None
    priority: Annotated[int, Field(ge=1, le=MOST_PRIORITY, strict=True), WHOLE] | None = None


@dataclass(slots=True)
class PastTerm:
    client_id: str
    client_name: str
    priority: int
    valid_from: datetime
    valid_until: datetime


_STATE = (
    "`elsewhere`: another client holds it, who is not told; `expired`: ours ended and nobody has "
    "claimed it since."
)
_UNTIL = "Of another workspace's only the day, rounded up; of an expired one its end."
_HISTORY = "What this workspace's clients held and hold no more, newest first."


@dataclass(slots=True)
class ShownAssignment:
    state: Annotated[State, Field(description=_STATE)]
    client_id: str | None
    client_name: str | None
    priority: int | None
    assigned_until: Annotated[datetime | None, Field(description=_UNTIL)]
    history: Annotated[list[PastTerm], Field(description=_HISTORY)]
