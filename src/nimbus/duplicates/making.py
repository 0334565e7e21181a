"""What a scan makes of what it has read, without a database: in processes beside, where it has some
(decision 0017)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

import structlog

from nimbus.duplicates.filed import Block, written
from nimbus.duplicates.keep import Pairs, pairs
from nimbus.duplicates.keys import keys
from nimbus.duplicates.look import among
from nimbus.duplicates.people import Rows
from nimbus.jobs.processes import ProcessDied, doing

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Filing:
    """People to be filed under their keys: `asked` for up to the `last`, of whom there are `rows`
    of those that are still there."""

    last: UUID
    asked: int
    rows: Rows
    salt: int


@dataclass(frozen=True, slots=True)
class Comparing:
    """Blocks, and the people in them to be compared."""

    blocks: Sequence[Block]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Made:
    """Whoever was filed, with their keys as they are written; the pairs that were found."""

    contacts: Sequence[UUID] = ()
    keys: Sequence[str] = ()
    pairs: Pairs = field(default_factory=dict)


# The parts that are read one after the other, each with what was made of it.
MadeOf: TypeAlias = Callable[[Callable[[], Iterable[Any]]], list[tuple[Any, Made]]]


def make(given: Filing | Comparing) -> Made:
    people = given.rows.people()
    if isinstance(given, Comparing):
        return Made(pairs=pairs(among(people, given.blocks)))
    filed = [written(keys(one), given.salt) for one in people]
    return Made([one.id for one in people], filed)


@contextmanager
def making(beside: int) -> Iterator[MadeOf]:
    """In so many processes, while the next part is read; in this one where one of them dies."""
    with ExitStack() as open_ones:
        in_order: Callable[[Iterable[Any]], Iterable[tuple[Any, Made]]] | None = None
        if beside:
            try:
                in_order = open_ones.enter_context(doing(beside, make))
            except ProcessDied:
                log.warning("duplicates are looked for without processes beside")

        def made_of(parts: Callable[[], Iterable[Any]]) -> list[tuple[Any, Made]]:
            nonlocal in_order
            if in_order:
                try:
                    return list(in_order(parts()))
                except ProcessDied:
                    log.warning("duplicates are looked for without processes beside from now on")
                    in_order = None
            return [(part, make(part)) for part in parts()]

        yield made_of
