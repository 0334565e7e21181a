"""What goes in and comes out of the API of events and of what people log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from nimbus.db import ids
from nimbus.engagement.event import TYPES, event_type
from nimbus.engagement.task import FIRST_YEAR, LAST_YEAR
from nimbus.fields.types.cell import clean
from nimbus.web.paging import Meta
from nimbus.web.values import SEEN, WHOLE, Moment, refused

Row = Mapping[str, Any]
EventType = Annotated[str, Field(json_schema_extra={"enum": list(TYPES)})]


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise refused("The text contains a character that cannot be stored")
    return text


def _line(text: str) -> str:
    line = clean(_storable(text))
    if not line:
        raise refused("A text is needed")
    return line


def _text(text: str) -> str:
    kept = _storable(text).strip()
    if not kept:
        raise refused("A text is needed")
    return kept


def _lived(moment: datetime) -> datetime:
    """On the first and the last day of the calendar it is no day at all in another zone, and nobody
    there could look at the timeline."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise refused(f"The time must be in the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def _left_out() -> Any:
    """Of a change that says nothing of a member, which then has no default in the document."""


Line = Annotated[str, Field(min_length=1, max_length=200, pattern=SEEN), AfterValidator(_line)]
Body = Annotated[str, Field(min_length=1, max_length=10_000, pattern=SEEN), AfterValidator(_text)]
Lived = Annotated[
    Moment,
    AfterValidator(_lived),
    Field(description=f"In the years {FIRST_YEAR} to {LAST_YEAR}, in UTC."),
]
Minutes = Annotated[int, Field(ge=0, le=1_440, strict=True), WHOLE]
Amount = Annotated[
    float,
    Field(ge=0, lt=1e12, allow_inf_nan=False, strict=True, description="Kept to two decimals."),
]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="Of ISO 4217.", examples=["EUR"])]
Stage = Annotated[
    Line, Field(description="Any name; `won` and `lost` end the deal.", examples=["proposal"])
]
TaskStatus = Literal["open", "done"]
CallOutcome = Literal["connected", "voicemail", "no_answer", "busy", "wrong_number"]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewCall(_Given):
    at: Lived | None = Field(None, description="When it was; now where it is left out.")
    duration_minutes: Minutes | None = None
    direction: Literal["outbound", "inbound"] = "outbound"
    outcome: CallOutcome | None = None
    summary: Body | None = None


class NewMeeting(_Given):
    at: Lived | None = Field(
        None, description="When it was, or will be: then it is `meeting_booked`. Now if left out."
    )
    title: Line | None = None
    duration_minutes: Minutes | None = None
    summary: Body | None = None


class GivenNote(_Given):
    body: Body


class NewTask(_Given):
    title: Line
    due_at: Lived | None = None
    status: TaskStatus = "open"


class ChangedTask(_Given):
    """What is left out stays."""

    title: Line = Field(default_factory=_left_out)
    due_at: Lived | None = Field(default_factory=_left_out)
    status: TaskStatus = Field(default_factory=_left_out)


class NewDeal(_Given):
    name: Line
    stage: Stage = "open"
    amount: Amount | None = None
    currency: Currency | None = None


class ChangedDeal(_Given):
    """What is left out stays."""

    name: Line = Field(default_factory=_left_out)
    stage: Stage = Field(default_factory=_left_out)
    amount: Amount | None = Field(default_factory=_left_out)
    currency: Currency | None = Field(default_factory=_left_out)


class Subject(BaseModel):
    kind: Literal["note", "task", "deal"]
    id: str


class Event(BaseModel):
    id: str = Field(examples=["evt_01h455vb4pex5vsknk084sn02q"])
    contact_id: str
    type: EventType
    event_type: str = Field(description="The same, of emails as `email_opened` and so on.")
    at: datetime = Field(description="When it happened.")
    source: str = Field(description="What told of it, such as `email`, `form` or `person`.")
    actor: str | None = Field(description="Who did it, where that is one of us.")
    subject: Subject | None = Field(description="The note, task or deal that it is about.")
    data: dict[str, Any]


class Note(BaseModel):
    id: str = Field(examples=["note_01h455vb4pex5vsknk084sn02q"])
    contact_id: str
    body: str
    mentions: list[str] = Field(
        description="The people whom the text mentions by `@Name` or `@email`.",
        examples=[["user_01h455vb4pex5vsknk084sn02q"]],
    )
    created_by: str
    created_at: datetime
    updated_at: datetime


class Task(BaseModel):
    id: str = Field(examples=["task_01h455vb4pex5vsknk084sn02q"])
    contact_id: str
    title: str
    status: TaskStatus
    due_at: datetime | None
    completed_at: datetime | None
    created_by: str
    created_at: datetime
    updated_at: datetime


class Deal(BaseModel):
    id: str = Field(examples=["deal_01h455vb4pex5vsknk084sn02q"])
    contact_id: str
    name: str
    stage: str
    amount: float | None
    currency: str | None
    closed_at: datetime | None = Field(description="When it was won or lost.")
    created_by: str
    created_at: datetime
    updated_at: datetime


class EventPage(BaseModel):
    data: list[Event]
    meta: Meta


class NotePage(BaseModel):
    data: list[Note]
    meta: Meta


class TaskPage(BaseModel):
    data: list[Task]
    meta: Meta


class DealPage(BaseModel):
    data: list[Deal]
    meta: Meta


def shown_event(row: Row) -> dict[str, Any]:
    subject = row["subject"]
    return {
        "id": ids.show("evt", row["id"]),
        "contact_id": ids.show("cont", row["contact_id"]),
        "type": row["type"],
        "event_type": event_type(row["type"]),
        "at": row["at"],
        "source": row["source"],
        "actor": row["actor"],
        "subject": {"kind": subject, "id": ids.show(subject, row["subject_id"])}
        if subject else None,
        "data": row["data"],
    }  # fmt: skip


def shown_thing(prefix: ids.Prefix, row: Row) -> dict[str, Any]:
    """A note, task or deal."""
    shown = {**row, "id": ids.show(prefix, row["id"])}
    shown["contact_id"] = ids.show("cont", row["contact_id"])
    if prefix == "note":
        shown.pop("author_id")
        shown["mentions"] = [ids.show("user", id) for id in row["mentions"]]
    if shown.get("amount") is not None:
        shown["amount"] = float(shown["amount"])
    return shown
