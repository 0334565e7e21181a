"""Values that many operations take, each read in one way and told so in the document."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from nimbus.db import ids

_NUMBER = re.compile(r"\s*[-+]?\d*\.?\d*(?:[eE][-+]?\d+)?\s*")


def refused(words: str) -> PydanticCustomError:
    """What a validator raises: the words stand behind the name of the member."""
    return PydanticCustomError("refused", "{words}", {"words": words})


def an_id(prefix: ids.Prefix, description: str, *, blank: bool = False) -> Any:
    """An id as text, which the handler reads by `ids.read` in words that say what it is of; a form
    has a `blank` for none."""
    pattern = f"({ids.pattern(prefix)})?" if blank else ids.pattern(prefix)
    return Field(description=description, json_schema_extra={"pattern": f"^{pattern}$"})


def beginning(day: str, zone: tzinfo, after: int = 0) -> datetime:
    """When a day, written as 2026-04-30, or the one so many days after it begins where somebody is.
    Raises ValueError for what is no day, or none that the calendar has."""
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=zone) + timedelta(days=after)
    except OverflowError as error:
        raise ValueError(day) from error


def _no_number(given: Any) -> Any:
    """Seconds since 1970 are nowhere what people mean, and not what the document says."""
    if not isinstance(given, str | datetime) or _NUMBER.fullmatch(str(given)):
        raise refused("Send a time, such as 2026-04-01T12:00:00Z")
    return given


def _utc(moment: datetime) -> datetime:
    """A time without a zone is taken for UTC."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise refused("This time is beyond the calendar") from None


def _no_blank(cursor: str | None) -> str | None:
    """A client that sends the null of the last page as a blank would begin again, and never end."""
    if cursor == "":
        raise refused("This is blank: leave it out for the first page")
    return cursor


def _whole(given: Any) -> Any:
    """To JSON 5.0 is a whole number."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


# Where a page of a list begins.
FromPage = Annotated[
    str | None,
    Query(description="`next_cursor` of the page before.", json_schema_extra={"minLength": 1}),
    AfterValidator(_no_blank),
]
# At least one letter or sign that can be seen.
SEEN = r"[^\s\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
# What PostgreSQL keeps in a text.
NO_NUL = r"^[^\x00]*$"
Moment = Annotated[datetime, BeforeValidator(_no_number), AfterValidator(_utc)]
# Last in an `Annotated`, behind the limits, which the document then tells.
WHOLE = BeforeValidator(_whole)
