"""Rows of lists, by the names of their columns, without a dictionary for each.

A page has up to 500 rows of more than 60 columns. As dictionaries they take a third of the time in
which they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from psycopg import Cursor


class Names:
    """Two columns or more that are wanted all at once, of rows of any kind."""

    def __init__(self, first: str, second: str, *further: str) -> None:
        self.names = (first, second, *further)
        self.by_name: Callable[[Any], tuple[Any, ...]] = itemgetter(*self.names)

    def of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values of the row, in the order of the names."""
        return row.layout.taking(self)(row.cells) if type(row) is Row else self.by_name(row)


class Layout:
    """What the rows of one statement have in common: the place of each column."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.places = {name: place for place, name in enumerate(names)}
        self._taking: dict[Names, Callable[[Any], tuple[Any, ...]]] = {}

    def taking(self, wanted: Names) -> Callable[[Any], tuple[Any, ...]]:
        if wanted not in self._taking:
            self._taking[wanted] = itemgetter(*(self.places[name] for name in wanted.names))
        return self._taking[wanted]


class Row(Mapping[str, Any]):
    """One row."""

    __slots__ = ("cells", "layout")

    def __init__(self, layout: Layout, cells: Sequence[Any]) -> None:
        self.layout = layout
        self.cells = cells

    def __getitem__(self, name: str) -> Any:
        return self.cells[self.layout.places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layout.places)

    def __len__(self) -> int:
        return len(self.layout.places)

    def __repr__(self) -> str:
        return f"Row({dict(self)})"


# Of a statement that is run again and again.
_layout = lru_cache(maxsize=1_000)(Layout)


def row_factory(cursor: Cursor[Any]) -> Callable[[Sequence[Any]], Row]:
    """For cursors of psycopg."""
    layout = _layout(tuple(column.name for column in cursor.description or ()))
    return lambda cells: Row(layout, cells)
