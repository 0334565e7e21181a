"""The import that made or changed a contact, as a field of filters: `import=imp_…` (S0-10)."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import Field, Member, Offer
from nimbus.fields.related import Binds
from nimbus.fields.types import Membership

_SQL = beside(__file__, "offered.sql")
# So many are in a menu.
RECENT = 100


def offer() -> Offer:
    return Offer(lambda tx: (_field(tx),))


def _field(tx: Tx) -> Field:
    type = Membership(
        "imp", partial(_name, tx), lambda id: _name(tx, id) is not None, partial(_recent, tx)
    )
    return Field("import", "Import", type, "related", "", "lists", importable=False,
                 editable=False, related=Member(_holds))  # fmt: skip


def _name(tx: Tx, id: UUID) -> str | None:
    name: str | None = tx.value(
        "select name from import_job where workspace_id = %s and id = %s", [tx.workspace_id, id]
    )
    return name


def _recent(tx: Tx) -> dict[UUID, str]:
    """The newest first; of older ones a filter has the id."""
    rows = tx.rows(_SQL["recent"], {"workspace": tx.workspace_id, "most": RECENT})
    return {row["id"]: row["name"] for row in rows}


def _holds(id: UUID, alias: str, params: Binds) -> sql.Composable:
    return sql.SQL("{} in ({})").format(
        sql.Identifier(alias, "id"), sql.SQL(_SQL["members"]).format(id=params.add(id))
    )
