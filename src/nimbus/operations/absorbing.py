"""Merging: every room gives to the contact that is kept what it has of the one that goes (G-12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.operations.operation import Operation


@dataclass(frozen=True, slots=True)
class Absorbing:
    """`gone` is archived by the operation and `kept` lives on; `gone_email` and `kept_email` are
    those that they have by now."""

    operation: Operation
    kept: UUID
    gone: UUID
    kept_email: str
    gone_email: str


@dataclass(frozen=True, slots=True)
class Absorber:
    """What a room offers: to move its rows of `tables` about a contact, logged, so that its steps
    of an undo (operations/undo.py) can move them back."""

    tables: tuple[str, ...]
    absorb: Callable[[Tx, Absorbing], None]


_absorbers: list[Absorber] = []


def install(absorbers: Iterable[Absorber]) -> None:
    """The rooms that have something of contacts; `rooms` installs them at start."""
    _absorbers[:] = absorbers


def absorb(tx: Tx, absorbing: Absorbing) -> None:
    """Let every room move what it has. Both contacts are locked."""
    for absorber in _absorbers:
        absorber.absorb(tx, absorbing)


def tables() -> frozenset[str]:
    """All that is moved."""
    return frozenset(table for absorber in _absorbers for table in absorber.tables)
