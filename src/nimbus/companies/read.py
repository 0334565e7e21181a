"""Reading companies: one, and the list of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters import Filter, Params, Source, compile, dump
from nimbus.filters.text import literal
from nimbus.web.counting import Count, count
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Page, Sort, Stretch, read_page
from nimbus.web.timely import timely

_SQL = beside(__file__, "read.sql")

SORTS = {
    sort.key: sort
    for sort in (
        Sort("created_desc", "Newest first", descending=True, id_descending=True),
        Sort("created_asc", "Oldest first"),
    )
}

# The list for people has one more: by what is counted beside the company.
PAGE_SORTS = SORTS | {
    "people_desc": Sort("people_desc", "Most contacts", "people", True, True, blanks=False)
}

# The company `m`: by a part of its name or domain, and a filter.
_MATCHING = """
    from {source} m
    where m.workspace_id = %(workspace)s
        and (%(pattern)s::text is null
            or fold(m.name) like fold(%(pattern)s) or m.domain like fold(%(pattern)s))
        and {filter}
"""


@dataclass(frozen=True, slots=True)
class CompanyList:
    """`filter` is one over COMPANY_FIELDS."""

    search: str
    filter: Filter | None
    sort: Sort

    def seal(self, key: bytes, workspace: UUID) -> Seal:
        asked = [self.search.split(), dump(self.filter) if self.filter else None, self.sort.key,
                 str(workspace)]  # fmt: skip
        return Seal(key, hashlib.sha256(json.dumps(asked).encode()).hexdigest())

    def page(self, tx: Tx, size: int, cursor: Cursor | None) -> tuple[Page, Count]:
        """A page, and how many companies there are in all."""
        matching, bound = self._matching(tx)

        def fetch(stretch: Stretch, values: dict[str, Any], limit: int) -> list[dict[str, Any]]:
            statement = sql.SQL("select m.* {} and {} order by {} limit %(limit)s").format(
                matching, stretch.condition, stretch.order
            )
            return tx.rows(statement, {**bound, **values, "limit": limit})

        page = read_page(fetch, self.sort, size, cursor)
        if page.total is not None:
            return page, Count(page.total, exact=True)
        rows = sql.SQL("select {}").format(matching)
        return page, count(tx, rows, bound, least=page.start + len(page.rows))

    def _matching(self, tx: Tx) -> tuple[sql.Composable, dict[str, Any]]:
        params = Params(tx.now)
        asked = compile(self.filter, Source("m"), params) if self.filter else sql.SQL("true")
        wanted = self.search.strip()
        pattern = f"%{literal(wanted)}%" if wanted else None
        values = {"workspace": tx.workspace_id, "pattern": pattern, **params.values}
        by_people = self.sort.column == "people"
        source = sql.SQL("({})" if by_people else "{}").format(
            sql.SQL(_SQL["peopled"]) if by_people else sql.Identifier("company")
        )
        return sql.SQL(_MATCHING).format(source=source, filter=asked), values


def many(tx: Tx, company_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The companies of these ids, in any order."""
    return tx.rows(
        "select * from company where workspace_id = %s and id = any (%s)",
        [tx.workspace_id, list(company_ids)],
    )


def like(tx: Tx, words: str, limit: int) -> list[dict[str, Any]]:
    """A few companies, `id`, `name` and `domain`, that have these words in their name or domain."""
    values = {"workspace": tx.workspace_id, "pattern": f"%{literal(words)}%", "limit": limit}
    with timely(tx):
        return tx.rows(_SQL["like"], values)


def one(tx: Tx, company_id: UUID, *, lock: bool = False) -> dict[str, Any] | None:
    """A company with its latest change, which its ETag is made of. `lock` keeps it as it is until
    the end of the transaction."""
    values = {"workspace": tx.workspace_id, "company": company_id}
    if lock:
        tx.run(_SQL["lock"], values)
    return tx.row(_SQL["one"], values)


def people(tx: Tx, company_id: UUID) -> int:
    """How many contacts that are not in the trash have the company."""
    values = {"workspace": tx.workspace_id, "company": company_id}
    found: int = tx.value(_SQL["people"], values)
    return found


def people_of(tx: Tx, company_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The same of some; those that nobody has are left out."""
    values = {"workspace": tx.workspace_id, "ids": list(company_ids)}
    return {row["id"]: row["people"] for row in tx.rows(_SQL["people_of"], values)}
