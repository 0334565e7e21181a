"""The fields of personalization: its status for filters, lists and segments, and with its lines and
their source for columns of lists and of exports (D-26)."""

from __future__ import annotations

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.enrichment.personalization import STATUSES
from nimbus.fields import types as t
from nimbus.fields.field import Field, FieldType
from nimbus.fields.related import Offer, Related

_SQL = beside(__file__, "offered.sql")


def _field(
    name: str, label: str, type: FieldType, words: str, missing: str | None = None
) -> Field:  # fmt: skip
    """What there is of each contact; the lines are one text."""
    rows = sql.SQL(_SQL[name])
    related = Related("id", lambda params: rows, missing, at_hand=True)
    return Field(f"personalization.{name}", label, type, "related", "", "engagement",
                 importable=False, editable=False, filterable=name == "status", related=related,
                 help=words)  # fmt: skip


FIELDS = (
    _field("status", "Personalization", t.Choice("personalization", STATUSES),
           "How far the research about a person is.", "none"),
    _field("lines", "Personalization lines", t.TEXT, "Lines to write to a person with, by name."),
    _field("source", "Personalization source", t.TEXT, "Who has written the lines."),
)  # fmt: skip


def fields(tx: Tx) -> tuple[Field, ...]:
    return FIELDS


OFFER = Offer(fields)
