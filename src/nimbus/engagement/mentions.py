"""Where somebody was mentioned, and what of it they have not read yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.noun import NEWEST
from nimbus.web.cursor import Cursor
from nimbus.web.paging import Page, Stretch, read_page

_SQL = beside(__file__, "mentions.sql")

# More are not counted.
MOST_UNREAD = 100


def page(tx: Tx, person: UUID, size: int, cursor: Cursor | None) -> Page:
    """Notes that mention a person, the newest first."""

    def fetch(stretch: Stretch, values: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        statement = sql.SQL(_SQL["page"]).format(where=stretch.condition, order=stretch.order)
        return tx.rows(statement, {**_of(tx, person), **values, "limit": limit})

    return read_page(fetch, NEWEST, size, cursor)


def unread(tx: Tx, person: UUID) -> int:
    """At most MOST_UNREAD. A note that was changed since is unread again."""
    found: int = tx.value(_SQL["unread"], {**_of(tx, person), "most": MOST_UNREAD})
    return found


def has_unread(tx: Tx, person: UUID) -> bool:
    found: bool = tx.value(_SQL["has_unread"], _of(tx, person))
    return found


def read_all(tx: Tx, person: UUID, until: datetime) -> None:
    """Only what comes later than `until`, when they looked, is unread. It is nobody's data, and not
    logged."""
    tx.run(_SQL["read"], {**_of(tx, person), "until": min(until, tx.now)})


def _of(tx: Tx, person: UUID) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, "person": person}
