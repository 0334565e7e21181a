"""Pages of a list by key, never by offset: the thousandth costs what the first does (G-26, G-37).

A page is read in stretches, of an order by one column at most three, each one range of an index:
the rest of the rows that are equal to the cursor's in the sorted column, those beyond them, and
those where it is blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, LiteralString

from psycopg import sql

from nimbus.db.sqlfile import settled
from nimbus.web.counting import Count
from nimbus.web.cursor import Cursor, Seal

ALIAS = "m"
# Under this name a row of a further part says which one.
PART = "part"


@dataclass(frozen=True, slots=True)
class By:
    """A column of an order. `blanks` is false of one that never is blank."""

    column: str
    descending: bool = False
    nulls_first: bool = False
    blanks: bool = True


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of rows: by `column`, blanks last, `then` by further ones, and equal rows by id.

    Directions and `nulls_first` are those of an index, or of one read backwards. Without a column
    the order is that of the ids, which is the order in which the rows were made.
    """

    key: str
    label: str
    column: str | None = None
    descending: bool = False
    id_descending: bool = False
    nulls_first: bool = False
    blanks: bool = True
    then: tuple[By, ...] = ()

    @property
    def terms(self) -> tuple[By, ...]:
        if self.column is None:
            return ()
        return (By(self.column, self.descending, self.nulls_first, self.blanks), *self.then)


@dataclass(frozen=True, slots=True)
class Stretch:
    condition: sql.Composable
    order: sql.Composable


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the cursors to the pages around them; `start` counts the rows before the first."""

    rows: Sequence[Mapping[str, Any]]
    start: int
    previous: Cursor | None
    next: Cursor | None

    @property
    def total(self) -> int | None:
        """How many rows the list has, where this page alone tells."""
        return None if self.previous or self.next else len(self.rows)


Fetch = Callable[[Stretch, dict[str, Any], int], Sequence[Mapping[str, Any]]]


EVERYTHING = (sql.SQL("true"),)


def read_page(
    fetch: Fetch, sort: Sort, size: int, cursor: Cursor | None,
    parts: Sequence[sql.Composable] = EVERYTHING,
) -> Page:  # fmt: skip
    """`fetch(stretch, values, limit)` reads rows that have `id` and the sorted columns. `parts` are
    conditions that divide the list: each part is in the order of the sort, one after the other."""
    rows = _read(fetch, sort, size + 1, cursor, parts)
    more = len(rows) > size
    if cursor is not None and cursor.back:
        if not more:
            return read_page(fetch, sort, size, None, parts)
        rows, start = rows[size - 1 :: -1], max(0, cursor.start - size)
        return Page(rows, start, _at(rows[0], sort, start, back=True), _after(rows, sort, start))
    rows, start = rows[:size], cursor.start if cursor else 0
    previous = _at(rows[0], sort, start, back=True) if rows and cursor else None
    return Page(rows, start, previous, _after(rows, sort, start) if more else None)


def _read(
    fetch: Fetch, sort: Sort, limit: int, cursor: Cursor | None, parts: Sequence[sql.Composable]
) -> list[Mapping[str, Any]]:
    values: dict[str, Any] = {}
    back, first = False, 0
    if cursor:
        values = {f"after_{at}": value for at, value in enumerate(_values(cursor))}
        values["after_id"] = cursor.id
        back, first = cursor.back, cursor.part
    rows: list[Mapping[str, Any]] = []
    for part in range(first, -1, -1) if back else range(first, len(parts)):
        blank = (
            tuple(value is None for value in _values(cursor)) if cursor and part == first else None
        )
        for stretch in _stretches(sort.terms, sort.id_descending, blank, back):
            if parts is not EVERYTHING:
                within = sql.SQL("{} and {}").format(stretch.condition, parts[part])
                stretch = Stretch(within, stretch.order)
            found = fetch(stretch, values, limit - len(rows))
            rows += [{**row, PART: part} for row in found] if part else found
            if len(rows) == limit:
                return rows
    return rows


# The same few for every page of an order: which values the cursor's row has not, tells all of them.
@lru_cache(maxsize=1_000)
def _stretches(
    terms: tuple[By, ...], id_descending: bool, blank: tuple[bool, ...] | None, back: bool
) -> tuple[Stretch, ...]:
    """From the beginning, or where `blank` says of each column whether it is blank in the row of
    the cursor, from there."""
    return tuple(_divided(terms, id_descending, blank, back))


def _divided(
    terms: tuple[By, ...], id_descending: bool, blank: tuple[bool, ...] | None, back: bool
) -> Iterator[Stretch]:
    def stretch(tests: list[sql.Composable], first: int) -> Stretch:
        """The rows for which the tests hold, in the order of the columns from the first on."""
        order = [_term(by.column, by.descending ^ back, by.nulls_first ^ back)
                 for by in terms[first:]]  # fmt: skip
        order.append(_term("id", id_descending ^ back))
        held = sql.SQL(" and ").join(tests or [sql.SQL("true")])
        return Stretch(settled(held), settled(sql.SQL(", ").join(order)))

    if blank is None:
        whole = [stretch([_filled(by) for by in terms[:1]], 0)]
        if terms and terms[0].blanks:
            whole.append(stretch([_blank(terms[0])], 1))
        yield from reversed(whole) if back else whole
        return
    equal = [
        _blank(by) if blank[at] else _compared(by.column, "=", f"after_{at}")
        for at, by in enumerate(terms)
    ]
    beyond_id = _beyond("id", id_descending ^ back, "after_id")
    yield stretch([*equal, beyond_id], len(terms))
    for at in reversed(range(len(terms))):
        by, before = terms[at], equal[:at]
        if not blank[at]:
            beyond = _beyond(by.column, by.descending ^ back, f"after_{at}")
            yield stretch([*before, beyond], at)
            if by.blanks and not back:
                yield stretch([*before, _blank(by)], at + 1)
        elif back:
            yield stretch([*before, _filled(by)], at)


def _term(column: str, descending: bool, nulls_first: bool | None = None) -> sql.Composable:
    nulls = {None: "", True: " nulls first", False: " nulls last"}[nulls_first]
    return sql.SQL("{}{}{}").format(
        sql.Identifier(ALIAS, column), sql.SQL(" desc" if descending else ""), sql.SQL(nulls)
    )


def _filled(by: By) -> sql.Composable:
    return sql.SQL("{} is not null").format(sql.Identifier(ALIAS, by.column))


def _blank(by: By) -> sql.Composable:
    return sql.SQL("{} is null").format(sql.Identifier(ALIAS, by.column))


def _beyond(column: str, descending: bool, value: str) -> sql.Composable:
    return _compared(column, "<" if descending else ">", value)


def _compared(column: str, sign: LiteralString, value: str) -> sql.Composable:
    return sql.SQL("{} {} {}").format(
        sql.Identifier(ALIAS, column), sql.SQL(sign), sql.Placeholder(value)
    )


def _after(rows: Sequence[Mapping[str, Any]], sort: Sort, start: int) -> Cursor:
    return _at(rows[-1], sort, start + len(rows))


def _at(row: Mapping[str, Any], sort: Sort, start: int, *, back: bool = False) -> Cursor:
    value, *then = [_plain(row[by.column]) for by in sort.terms] or [None]
    return Cursor(row["id"], value, start, back, tuple(then), row.get(PART, 0))


def _plain(value: Any) -> int | str | None:
    number = isinstance(value, int) and not isinstance(value, bool)
    return value if value is None or number else str(value)


def _values(cursor: Cursor) -> tuple[int | str | None, ...]:
    return (cursor.value, *cursor.then)


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
