"""What uses a thing: all rooms that may refer to it are asked before it goes (G-33, S4-15)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from nimbus.db.door import Tx
from nimbus.problems import Problem

Kind = Literal["contact", "company", "custom_field", "option", "tag", "segment", "tier_rule"]


@dataclass(frozen=True, slots=True)
class Thing:
    """What is asked for: its kind and its uuid as text, a tag's name, or `uuid of the field:option`
    of an option."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One use. `kind` says what uses the thing (`segment`, `tier_rule`, `field_mapping`, `contacts`
    with how many); `id` is its shown id, None where the use is a `count` of many."""

    kind: str
    id: str | None
    name: str
    count: int = 1


Finder = Callable[[Tx, Thing], Iterable[Reference]]

_finders: list[Finder] = []


def install(finders: Iterable[Finder]) -> None:
    """The rooms that refer to things; `rooms` installs them at start."""
    _finders[:] = finders


def references(tx: Tx, thing: Thing) -> list[Reference]:
    """Everything that uses the thing, room by room."""
    return [found for finder in _finders for found in finder(tx, thing)]


def shown(found: Iterable[Reference]) -> list[dict[str, object]]:
    """The uses as the API lists them."""
    return [{"kind": one.kind, "id": one.id, "name": one.name, "count": one.count} for one in found]


def refuse_if_used(tx: Tx, thing: Thing, what: str) -> None:
    """Raises Problem(in_use) with the list; whoever deletes anyway does not call this."""
    found = references(tx, thing)
    if not found:
        return
    named = ", ".join(f"{one.name} ({one.kind.replace('_', ' ')})" for one in found[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    raise Problem(
        "in_use",
        f"{what} is used by {named}{more}. Change these first, or delete it with force=true.",
        references=shown(found),
    )  # fmt: skip
