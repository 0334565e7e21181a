"""The field `personalization.status`: what filters, lists and segments can ask (D-26)."""

from __future__ import annotations

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.enrichment.personalization import STATUSES
from nimbus.fields.field import Field
from nimbus.fields.related import Binds, Offer, Related
from nimbus.fields.types import Choice


def _rows(binds: Binds) -> sql.Composable:
    return sql.SQL(
        "select contact_id as key, status as value from personalization "
        "where workspace_id = %(workspace)s"
    )


FIELD = Field(
    "personalization.status", "Personalization", Choice("personalization", STATUSES), "related",
    "", "engagement", importable=False, editable=False, related=Related("id", _rows, "none"),
    help="How far the research about a person is.",
)  # fmt: skip


def fields(tx: Tx) -> tuple[Field, ...]:
    return (FIELD,)


OFFER = Offer(fields)
