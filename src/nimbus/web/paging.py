"""Pages of a list by key, never by offset: the thousandth costs what the first does (G-26, G-37).

A page is read in at most three stretches, each one range of an index: the rest of the rows that
are equal to the cursor's in the sorted column, those beyond them, and those where it is blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.web.counting import Count
from nimbus.web.cursor import Cursor, Seal

ALIAS = "m"


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of rows: by `column`, blanks last, and rows equal in it by id.

    Directions and `nulls_first` are those of an index, or of one read backwards. Without a column
    the order is that of the ids, which is the order in which the rows were made.
    """

    key: str
    label: str
    column: str | None = None
    descending: bool = False
    id_descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    condition: sql.Composable
    order: sql.Composable


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the cursors to the pages around them; `start` counts the rows before the first."""

    rows: list[dict[str, Any]]
    start: int
    previous: Cursor | None
    next: Cursor | None

    @property
    def total(self) -> int | None:
        """How many rows the list has, where this page alone tells."""
        return None if self.previous or self.next else len(self.rows)


Fetch = Callable[[Stretch, dict[str, Any], int], Sequence[dict[str, Any]]]


def read_page(fetch: Fetch, sort: Sort, size: int, cursor: Cursor | None) -> Page:
    """`fetch(stretch, values, limit)` reads rows that have `id` and the sorted column."""
    rows = _read(fetch, sort, size + 1, cursor)
    more = len(rows) > size
    if cursor is not None and cursor.back:
        if not more:
            return read_page(fetch, sort, size, None)
        rows, start = rows[size - 1 :: -1], max(0, cursor.start - size)
        return Page(rows, start, _at(rows[0], sort, start, back=True), _after(rows, sort, start))
    rows, start = rows[:size], cursor.start if cursor else 0
    previous = _at(rows[0], sort, start, back=True) if rows and cursor else None
    return Page(rows, start, previous, _after(rows, sort, start) if more else None)


def _read(fetch: Fetch, sort: Sort, limit: int, cursor: Cursor | None) -> list[dict[str, Any]]:
    values = {"after_value": cursor.value, "after_id": cursor.id} if cursor else {}
    rows: list[dict[str, Any]] = []
    for stretch in _stretches(sort, cursor):
        rows += fetch(stretch, values, limit - len(rows))
        if len(rows) == limit:
            break
    return rows


def _stretches(sort: Sort, cursor: Cursor | None) -> Iterator[Stretch]:
    back = cursor is not None and cursor.back
    by_id = _term(ALIAS, "id", sort.id_descending ^ back)
    beyond_id = _beyond("id", sort.id_descending ^ back, "after_id")
    if sort.column is None:
        yield Stretch(beyond_id if cursor else sql.SQL("true"), by_id)
        return
    column = sql.Identifier(ALIAS, sort.column)
    term = _term(ALIAS, sort.column, sort.descending ^ back, sort.nulls_first ^ back)
    by_column = sql.SQL(", ").join([term, by_id])
    values = Stretch(sql.SQL("{} is not null").format(column), by_column)
    blanks = Stretch(sql.SQL("{} is null").format(column), by_id)
    if cursor is None:
        yield from (values, blanks)
    elif cursor.value is None:
        yield Stretch(sql.SQL("{} and {}").format(blanks.condition, beyond_id), by_id)
        if back:
            yield values
    else:
        equal = sql.SQL("{} = %(after_value)s and {}").format(column, beyond_id)
        yield Stretch(equal, by_id)
        beyond = _beyond(sort.column, sort.descending ^ back, "after_value")
        yield Stretch(beyond, by_column)
        if not back:
            yield blanks


def _term(
    alias: str, column: str, descending: bool, nulls_first: bool | None = None
) -> sql.Composable:
    nulls = {None: "", True: " nulls first", False: " nulls last"}[nulls_first]
    return sql.SQL("{}{}{}").format(
        sql.Identifier(alias, column), sql.SQL(" desc" if descending else ""), sql.SQL(nulls)
    )


def _beyond(column: str, descending: bool, value: str) -> sql.Composable:
    return sql.SQL("{} {} {}").format(
        sql.Identifier(ALIAS, column), sql.SQL("<" if descending else ">"), sql.Placeholder(value)
    )


def _after(rows: list[dict[str, Any]], sort: Sort, start: int) -> Cursor:
    return _at(rows[-1], sort, start + len(rows))


def _at(row: dict[str, Any], sort: Sort, start: int, *, back: bool = False) -> Cursor:
    value = row[sort.column] if sort.column else None
    id: UUID = row["id"]
    return Cursor(id, value if value is None or isinstance(value, int) else str(value), start, back)


@dataclass(frozen=True, slots=True)
class Meta:
    """What an answer of the API tells of its place in the list (S3-23). `total_count` is an
    estimate where `total_is_exact` is false."""

    next_cursor: str | None
    has_more: bool
    total_count: int
    total_is_exact: bool


def meta(page: Page, seal: Seal, count: Count) -> Meta:
    following = seal.close(page.next) if page.next else None
    return Meta(following, page.next is not None, count.value, count.exact)
