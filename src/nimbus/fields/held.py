"""The values that contacts hold, for whoever changes a field, an option or a tag.

Contacts are written by the room of contacts alone, which is higher than this one: `rooms` installs
what it offers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.fields.field import FieldType, Invalid
from nimbus.operations import Operation


@dataclass(frozen=True, slots=True)
class Work:
    """What becomes of a value in every contact that has it.

    `column` is `tags`, `company_id`, or the key in `contact.custom`. `old` is called `new` from now
    on, or is gone when there is no `new`; without `old` the whole column of values is. `several`:
    a contact has several of its values at once. `into` is the id of the custom field whose type
    reads the values from now on, and under whose key they then lie.
    """

    column: str
    old: str | None = None
    new: str | None = None
    several: bool = False
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """How many contacts hold what is changed, and the job that changes them; None when it is done
    already, since they are few."""

    contacts: int = 0
    job_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Failing:
    """How many contacts hold a value, how many one that another type cannot read, and some of
    these with how many have each."""

    contacts: int
    failing: int
    examples: tuple[tuple[Any, int], ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """`carry` does works one after the other, at once or as a job of that label; whose values they
    are is the `subject`, by which `busy` tells of a job that is not over. `failing` reads a column
    by another type and changes nothing. `since` counts the contacts that hold what a work is about
    otherwise than some operations left it."""

    carry: Callable[[Tx, Who, Operation, str, str, Sequence[Work]], Moved]
    busy: Callable[[Tx, str], bool]
    failing: Callable[[Tx, str, FieldType], Failing]
    since: Callable[[Tx, Work, Sequence[UUID]], int]


_holder: list[Holder] = []


def install(offered: Holder) -> None:
    """Called by `rooms` at start."""
    _holder[:] = [offered]


def holder() -> Holder:
    return _holder[0]


def converted(value: Any, type: FieldType) -> Any:
    """A value that was read by another type, as JSON holds it when `type` has read it. Raises
    `Invalid`, also where nothing would be left of it."""
    match value:
        case bool():
            text = "true" if value else "false"
        case list():
            text = "; ".join(value)
        case _:
            text = str(value)
    read = type.parse(text)
    if read is None:
        raise Invalid("This means nothing there.")
    return read.isoformat() if isinstance(read, date) else read
