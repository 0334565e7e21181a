"""What goes in and comes out of the API of webhooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nimbus.filters.shapes import FilterTree
from nimbus.web.paging import Meta
from nimbus.web.values import NO_NUL, Moment, an_id
from nimbus.webhooks.address import MAX_LENGTH
from nimbus.webhooks.webhook import EVENT_TYPES, LONGEST, Mode, Status

Url = Annotated[
    str,
    Field(
        min_length=1, max_length=MAX_LENGTH, examples=["https://hooks.example.com/nimbus"],
        json_schema_extra={"pattern": r"^https?://\S+$"},
        description="https, and only to addresses of the public internet.",
    ),
]  # fmt: skip
EventType = Annotated[str, Field(json_schema_extra={"enum": list(EVENT_TYPES)})]
EventTypes = Annotated[
    list[EventType],
    Field(min_length=1, max_length=len(EVENT_TYPES), examples=[["contact.created"]]),
]
Description = Annotated[
    str | None, Field(max_length=LONGEST, pattern=NO_NUL, description="For people.")
]
Passing = Annotated[
    FilterTree | None,
    Field(description="Only contacts for which it holds. It is not asked of `import.completed`."),
]
GivenMode = Annotated[
    Mode,
    Field(
        description="`each`: a request for every event. `batched`: a list of up to 500. `digest`: "
        "as `each`, but what an import changes is told by `import.completed` alone."
    ),
]
SkipOwn = Annotated[
    bool, Field(strict=True, description="Not what the key that made this webhook changes itself.")
]
IsActive = Annotated[bool, Field(strict=True)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _left_out(value: Callable[[], Any]) -> Any:
    """A member without a default that the document would tell."""
    return Field(default_factory=value)


class NewWebhook(_Given):
    url: Url
    event_types: EventTypes
    description: Description = None
    filter: Passing = None
    mode: GivenMode = "each"
    skip_own: SkipOwn = False
    is_active: IsActive = True


class ChangedWebhook(_Given):
    """What is left out stays as it is."""

    url: Url = _left_out(str)
    event_types: EventTypes = _left_out(list)
    description: Description = _left_out(lambda: None)
    filter: Passing = _left_out(lambda: None)
    mode: GivenMode = _left_out(lambda: "each")
    skip_own: SkipOwn = _left_out(bool)
    is_active: IsActive = _left_out(bool)


class Replay(_Given):
    """Which deliveries: of one event, or of what happened in a stretch of time."""

    event_id: Annotated[str, an_id("msg", "An event, `msg_…`.")] | None = None
    since: Annotated[Moment | None, Field(description="What happened then or later.")] = None
    until: Annotated[Moment | None, Field(description="What happened before then.")] = None
    status: Annotated[
        Literal["delivered", "dead"] | None, Field(description="Only those; `dead` were given up.")
    ] = None


class Health(BaseModel):
    """How deliveries go: `failures` since the last that was taken, and until when it rests."""

    failures: int
    parked_until: datetime | None


class ShownWebhook(BaseModel):
    id: str = Field(examples=["hook_01h455vb4pex5vsknk084sn02q"])
    url: str
    event_types: list[str]
    description: str | None
    filter: dict[str, Any] | None
    mode: Mode
    skip_own: bool
    is_active: bool
    stopped: str | None = Field(description="Why Nimbus turned it off, such as after a 410.")
    old_secret_until: datetime | None = Field(
        description="Until when the secret before the last rotation signs too."
    )
    health: Health
    created_by: str
    created_at: datetime
    updated_at: datetime


class MadeWebhook(ShownWebhook):
    secret: str = Field(description="Shown this once.", examples=["whsec_MfKQ9r8GKYqrTwjU…"])


class WebhookList(BaseModel):
    data: list[ShownWebhook]
    meta: dict[str, int]


class ShownDelivery(BaseModel):
    """An event on its way: the answer and the error are those of the last attempt."""

    id: str = Field(examples=["dlv_01h455vb4pex5vsknk084sn02q"])
    event_id: str = Field(examples=["msg_01h455vb4pex5vsknk084sn02q"])
    event_type: str
    contact_id: str | None
    status: Status
    message_id: str = Field(description="The `webhook-id` it is sent under.")
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    last_attempt_at: datetime | None
    response_status: int | None
    response: str | None = Field(description="The first 10 kB of the body.")
    error: str | None


class DeliveryPage(BaseModel):
    data: list[ShownDelivery]
    meta: Meta


class Replayed(BaseModel):
    replayed: int = Field(description="How many deliveries begin anew.")
