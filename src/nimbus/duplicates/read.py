"""Reading pairs: a page of them, how many there are, and one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates.compare import Verdict
from nimbus.duplicates.pair import Pair, State
from nimbus.web.counting import Count, count
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Page, Sort, Stretch, read_page

_SQL = beside(__file__, "read.sql")

BEST = Sort("score", "Best first", "score", descending=True, blanks=False)
_COLUMNS = sql.SQL(
    "m.id, m.one_id, m.other_id, m.score, m.verdict, m.reasons, m.marks, m.state, m.decided_by, "
    "m.decided_at, m.found_at"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pairs: what is None does not matter. Those with a contact in the trash never are."""

    state: State = "open"
    verdict: Verdict | None = None
    least: float | None = None
    contact: UUID | None = None

    def seal(self, key: bytes, workspace_id: UUID) -> Seal:
        """What makes this list's cursors its own (D-23)."""
        told = json.dumps([str(workspace_id), asdict(self)], default=str)
        return Seal(key, f"duplicates:{told}")


def page(tx: Tx, asked: Asked, size: int, cursor: Cursor | None = None) -> Page:
    """The highest score first."""

    def fetch(stretch: Stretch, values: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        statement = sql.SQL("{} and {} order by {} limit %(limit)s").format(
            _matching(_COLUMNS), stretch.condition, stretch.order
        )
        return tx.rows(statement, {**_values(tx, asked), **values, "limit": limit})

    return read_page(fetch, BEST, size, cursor)


def how_many(tx: Tx, asked: Asked, read: Page | None = None) -> Count:
    """How many there are; `read` is one of the pages."""
    if read and read.total is not None:
        return Count(read.total, exact=True)
    least = len(read.rows) if read else 0
    return count(tx, _matching(sql.SQL("m.id")), _values(tx, asked), least=least)


def one(tx: Tx, pair_id: UUID) -> Pair:
    """The pair of this id. Raises Problem(not_found)."""
    found = tx.one(Pair, _SQL["one"], {"workspace": tx.workspace_id, "id": pair_id})
    if found is None:
        raise ids.missing("dup")
    return found


def _matching(columns: sql.Composable) -> sql.Composed:
    return sql.SQL(_SQL["matching"]).format(columns=columns)


def _values(tx: Tx, asked: Asked) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, **asdict(asked)}
