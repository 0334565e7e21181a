"""What the log tells of, as people see it: every room says how its things are named and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx

if TYPE_CHECKING:
    from nimbus.operations.audit import Change


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the log tells of, as people know it: the key of its field and its label."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Shown:
    """How a kind of thing is shown. `word` is “contact”; `labels` names those of some ids that are
    there; `columns` are the fields of columns in the log (`custom.…` by the field's column), those
    that are no field's left out; `href` is the page of one, None where there is none; `veil` leaves
    out of changes of them what is for one person alone."""

    prefix: ids.Prefix
    word: str
    labels: Callable[[Tx, Sequence[UUID]], Mapping[UUID, str]]
    columns: Callable[[Tx, Iterable[str]], list[Column]]
    href: Callable[[UUID], str | None] = lambda _: None
    veil: Callable[[Tx, Sequence[Change]], list[Change]] | None = None


_shown: dict[str, Shown] = {}


def install(shown: Mapping[str, Shown]) -> None:
    """By the name that the log has for the kind; `rooms` installs them at start."""
    _shown.clear()
    _shown.update(shown)


def shown(thing: str) -> Shown:
    """Raises KeyError for a kind that no room shows."""
    return _shown[thing]


def with_veil() -> set[str]:
    """The kinds of things of which some are for one person alone."""
    return {thing for thing, shown in _shown.items() if shown.veil}


def veiled(tx: Tx, changes: Sequence[Change]) -> list[Change]:
    """Changes as everybody who reads the log may see them, in the same order."""
    told = {change.id: change for change in changes}
    for thing in {change.thing for change in changes} & _shown.keys():
        if veil := _shown[thing].veil:
            of_it = [change for change in changes if change.thing == thing]
            told |= {change.id: change for change in veil(tx, of_it)}
    return list(told.values())
