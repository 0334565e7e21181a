"""Reading contacts: one, and lists by filter, search, sort and page (S0-10, S3-15 … S3-24)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg import sql

from nimbus.companies.company import PARTS
from nimbus.contacts.contact import COLUMNS
from nimbus.contacts.paging import CREATED_DESC, FieldSort
from nimbus.contacts.search import matches, ranks
from nimbus.db.door import Tx
from nimbus.db.row import Row
from nimbus.db.sqlfile import beside, settled, together
from nimbus.fields import STANDARD, Field
from nimbus.filters import Filter, Leaf, Params, Source, compile, dump, expand, fold
from nimbus.filters.related import expression
from nimbus.web.counting import Count, count
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import EVERYTHING, Page, Sort, Stretch, read_page
from nimbus.web.timely import timely

_SQL = beside(__file__, "read.sql")

Shown = Literal["all", "live", "deleted"]
_SHOWN: dict[Shown, sql.Composable] = {
    "all": sql.SQL("true"),
    "live": sql.SQL("not m.is_deleted"),
    # Whoever was merged is there as another name of the one who lives on, and not to be restored.
    "deleted": sql.SQL("m.is_deleted and m.merged_into is null"),
}
_COMPANY = tuple(field.column for field in STANDARD if field.thing == "company")
# A chain of merges is as long as this at most; what is longer can only be a circle.
MOST_MERGES = 50


def _columns(alias: str, names: tuple[str, ...], prefix: str = "") -> sql.Composable:
    """psycopg remembers how it read statements of up to 4,096 bytes, hence no `x as x`."""
    renamed = sql.SQL("{} as {}") if prefix else sql.SQL("{}")
    return sql.SQL(", ").join(
        renamed.format(sql.Identifier(alias, name), sql.Identifier(prefix + name)) for name in names
    )


_CONTACT = settled(_columns("m", COLUMNS))
_PARTS = settled(_columns("k", PARTS, "company_"))
# What every row of a list needs: its name and link, and what fields are worked out of.
_LISTED = (
    "id", "email", "full_name", "title", "tags", "icp_tier", "company_id", "email_key", "client_id",
    "assigned_until", "enriched_at", "is_deleted",
)  # fmt: skip


@lru_cache(maxsize=1_000)
def _own(names: tuple[str, ...]) -> sql.Composable:
    return _CONTACT if names == COLUMNS else settled(_columns("m", names))


@lru_cache(maxsize=1_000)
def _of_company(names: tuple[str, ...]) -> sql.Composable:
    return settled(_columns("k", names, "company_"))


def _selected(fields: Iterable[Field] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of the contact, and of its company, that a page reads."""
    if fields is None:
        return COLUMNS, PARTS
    found = [(one.thing, one.column) for one in fields if one.column]
    own = [column for thing, column in found if thing == "contact"]
    if any(thing == "custom" for thing, _ in found):
        own.append("custom")
    company = [column for thing, column in found if thing == "company"]
    return tuple(dict.fromkeys([*_LISTED, *own])), tuple(
        dict.fromkeys(["name", "domain", *company])
    )


_ONE = settled(
    sql.SQL(_SQL["one"]).format(columns=_CONTACT, company=_columns("k", _COMPANY, "company_"))
)
_THESE = settled(sql.SQL(_SQL["these"]).format(columns=_CONTACT, company=_PARTS))


@dataclass(frozen=True, slots=True)
class ContactList:
    """Which contacts, and in which order."""

    filter: Filter | None = None
    search: str = ""
    shown: Shown = "all"
    sort: Sort = CREATED_DESC

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked that not everybody here answers alike: neither an empty group,
        nor blank words, nor the trash that is shown anyhow, nor a segment that asks no more than
        these (G-20). Raises Problem(too_expensive)."""
        if self.search.split():
            return True
        return self.filter is not None and fold(expand(self.filter), self._known) is not True

    @property
    def ranked(self) -> bool:
        """Whether whoever is called what is searched for comes first (G-32)."""
        return bool(self.search.strip()) and self.sort == CREATED_DESC

    def _known(self, leaf: Leaf) -> bool | None:
        if leaf.field.key != "is_deleted" or self.shown == "all":
            return None
        return (
            leaf.op.predicate(leaf.value, None).holds(leaf.field, self.shown == "deleted")
            != leaf.op.negated
        )

    def seal(self, key: bytes, workspace: UUID) -> Seal:
        """What makes this list's cursors its own (D-23)."""
        asked = [dump(self.filter) if self.filter else None, self.search.split(), self.shown,
                 self.sort.key, str(workspace)]  # fmt: skip
        return Seal(key, hashlib.sha256(json.dumps(asked).encode()).hexdigest())


class Reading:
    """A list in a transaction: the same rows are paged and counted (G-28)."""

    def __init__(self, tx: Tx, asked: ContactList, fields: Iterable[Field] | None = None) -> None:
        """With `fields` rows have, beside what every row of a list needs, the values of these."""
        self.tx = tx
        self.asked = asked
        self._own, self._company = _selected(fields)

    def page(self, size: int, cursor: Cursor | None = None) -> Page:
        """Raises Problem(too_expensive), and so does `count`."""
        with timely(self.tx):
            return read_page(self._fetch, self.asked.sort, size, cursor, self._parts)

    def count(self, page: Page) -> Count:
        """How many there are in all; `page` is one of the pages."""
        if page.total is not None:
            return Count(page.total, exact=True)
        with timely(self.tx):
            matching, values = self.select(sql.SQL(""))
            return count(self.tx, matching, values, least=page.start + len(page.rows))

    def select(self, columns: sql.Composable) -> tuple[sql.SQL, dict[str, Any]]:
        """A statement over exactly the rows of the list, known as `m`, with the values it binds."""
        source, where, values = self._matching
        template: LiteralString = "select {columns} from {source} where {where}"
        return together(template, columns=columns, source=source, where=where), values

    def _fetch(self, stretch: Stretch, values: dict[str, Any], limit: int) -> list[Row]:
        source, where, bound = self._matching
        sorted_by = dict.fromkeys(by.column for by in self.asked.sort.terms)
        more = tuple(column for column in sorted_by if column not in self._own)
        statement = together(
            _SQL["page"],
            columns=_columns("m", (*self._own, *more)) if more else _own(self._own),
            company=_of_company(self._company),
            source=source,
            where=where,
            stretch=stretch.condition,
            order=stretch.order,
        )
        return self.tx.listed(statement, {**bound, **values, "limit": limit})

    @cached_property
    def _matching(self) -> tuple[sql.Composable, sql.Composable, dict[str, Any]]:
        """Where the rows `m` come from, which of them, and the values both bind."""
        asked, params = self.asked, Params(self.tx.now)
        source = self._source(params)
        tests: list[sql.Composable] = [
            sql.SQL("m.workspace_id = %(workspace)s"), _SHOWN[asked.shown],
        ]  # fmt: skip
        if asked.filter:
            tests.append(compile(asked.filter, Source("m", table=True), params))
        values = {"workspace": self.tx.workspace_id, **params.values}
        if asked.search:
            tests += matches(self.tx, asked.search, values)
        return settled(source), settled(sql.SQL(" and ").join(tests)), values

    @cached_property
    def _parts(self) -> tuple[sql.Composable, ...]:
        """Who is called what is searched for comes first, unless another order is asked for."""
        values = self._matching[2]
        found = ranks(self.tx, self.asked.search, values) if self.asked.ranked else None
        return tuple(found) if found else EVERYTHING

    @property
    def _made(self) -> tuple[tuple[str, Field], ...]:
        return self.asked.sort.made if isinstance(self.asked.sort, FieldSort) else ()

    def _source(self, params: Params) -> sql.Composable:
        """The relation `m`: the contact, with what it is sorted by where that is no column."""
        if not self._made:
            return sql.SQL("contact m")
        made = [
            sql.SQL("{} as {}").format(expression(field, "c", "k", params), sql.Identifier(name))
            for name, field in self._made
        ]
        return sql.SQL("({}) as m").format(
            sql.SQL(_SQL["sorted"]).format(made=sql.SQL(", ").join(made))
        )


def one(tx: Tx, contact_id: UUID) -> dict[str, Any] | None:
    """The contact of this id, or the one it was merged into, with all of its company."""
    for _ in range(MOST_MERGES):
        row = tx.row(_ONE, {"workspace": tx.workspace_id, "id": contact_id})
        if row is None or row["merged_into"] is None:
            return row
        contact_id = row["merged_into"]
    return None


def these(tx: Tx, contact_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The contacts of these ids, whatever became of them, as `shown` wants them; those that are not
    there are left out."""
    rows = tx.rows(_THESE, {"workspace": tx.workspace_id, "ids": list(contact_ids)})
    return {row["id"]: row for row in rows}


def led_on(tx: Tx, contact_ids: Sequence[UUID]) -> list[UUID]:
    """These ids, each that was merged away replaced by the one of the contact that lives on: what
    somebody else still knows by the old one is done to it (D-10, G-14)."""
    if not contact_ids:
        return []
    values = {"workspace": tx.workspace_id, "ids": list(contact_ids)}
    leads = {row["id"]: row["merged_into"] for row in tx.rows(_SQL["merged"], values)}
    return [leads.get(one, one) for one in contact_ids]


def matching(tx: Tx, contact_ids: Iterable[UUID], filter: Filter) -> set[UUID]:
    """Those of these contacts for which the filter holds now."""
    params = Params(tx.now)
    statement = sql.SQL(_SQL["matching"]).format(
        source=sql.SQL("contact m"), where=compile(filter, Source("m", table=True), params)
    )
    values = {"workspace": tx.workspace_id, "ids": list(contact_ids), **params.values}
    return set(tx.column(statement, values))
