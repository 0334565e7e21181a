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
from nimbus.filters.text import literal
from nimbus.web.counting import Count, count
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Page, Sort, Stretch, read_page

SORTS = {
    sort.key: sort
    for sort in (
        Sort("created_desc", "Newest first", descending=True, id_descending=True),
        Sort("created_asc", "Oldest first"),
    )
}

# The company `m`: by a part of its name or domain, by its whole domain.
_MATCHING = """
    from company m
    where m.workspace_id = %(workspace)s
        and (%(pattern)s::text is null
            or fold(m.name) like fold(%(pattern)s) or m.domain like fold(%(pattern)s))
        and (%(domain)s::text is null or m.domain = %(domain)s)
"""


@dataclass(frozen=True, slots=True)
class CompanyList:
    search: str
    domain: str | None
    sort: Sort

    def seal(self, key: bytes, workspace: UUID) -> Seal:
        asked = [self.search.split(), self.domain, self.sort.key, str(workspace)]
        return Seal(key, hashlib.sha256(json.dumps(asked).encode()).hexdigest())

    def page(self, tx: Tx, size: int, cursor: Cursor | None) -> tuple[Page, Count]:
        """A page, and how many companies there are in all."""
        bound = self._values(tx)

        def fetch(stretch: Stretch, values: dict[str, Any], limit: int) -> list[dict[str, Any]]:
            statement = sql.SQL("select m.* {} and {} order by {} limit %(limit)s").format(
                sql.SQL(_MATCHING), stretch.condition, stretch.order
            )
            return tx.rows(statement, {**bound, **values, "limit": limit})

        page = read_page(fetch, self.sort, size, cursor)
        if page.total is not None:
            return page, Count(page.total, exact=True)
        matching = sql.SQL("select {}").format(sql.SQL(_MATCHING))
        return page, count(tx, matching, bound, least=page.start + len(page.rows))

    def _values(self, tx: Tx) -> dict[str, Any]:
        wanted = self.search.replace("\0", " ").strip()
        pattern = f"%{literal(wanted)}%" if wanted else None
        return {"workspace": tx.workspace_id, "pattern": pattern, "domain": self.domain}


def many(tx: Tx, company_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The companies of these ids, in any order."""
    return tx.rows(
        "select * from company where workspace_id = %s and id = any (%s)",
        [tx.workspace_id, list(company_ids)],
    )


def one(tx: Tx, company_id: UUID) -> dict[str, Any] | None:
    return tx.row(
        "select * from company where workspace_id = %s and id = %s", [tx.workspace_id, company_id]
    )
