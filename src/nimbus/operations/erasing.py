"""Erasing a person: every room takes out what it keeps of them (D-09, S0-48)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from nimbus.db.door import Tx


@dataclass(frozen=True, slots=True)
class Person:
    """Who is erased: their contacts, live and in the trash, their emails and the keys of these in
    the registry."""

    contacts: tuple[UUID, ...]
    emails: tuple[str, ...]
    email_keys: tuple[UUID, ...]


Eraser = Callable[[Tx, Person], None]

_erasers: list[Eraser] = []


def install(erasers: Iterable[Eraser]) -> None:
    """The rooms that keep something of people; `rooms` installs them at start."""
    _erasers[:] = erasers


def erase(tx: Tx, person: Person) -> None:
    """Let every room take out what it keeps of a person. Their contacts are still there."""
    for eraser in _erasers:
        eraser(tx, person)
