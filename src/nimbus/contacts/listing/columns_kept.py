"""The columns that a person sees in a list: chosen by themselves, else those of the saved view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.access import Who
from nimbus.contacts.about import names
from nimbus.contacts.listing.columns import BOUNCE, Choice, Column, choice_of, columns_of, offered
from nimbus.contacts.listing.views import View, seen
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import Field
from nimbus.fields.read import catalogue
from nimbus.fields.related import Related
from nimbus.filters import Params
from nimbus.web.route import Ask

_SQL = beside(__file__, "columns_kept.sql")

# The list where no view is open.
EVERYBODY = "contacts"


def fields(ask: Ask) -> list[Field]:
    return offered(catalogue(ask.tx), ask.instance.settings.share_registry_totals)


def shown(ask: Ask, view: View | None) -> list[Column]:
    choice = kept(ask.tx, ask.who, list_of(view)) or (view.columns if view else Choice())
    return columns_of(choice, fields(ask))


def shown_by(ask: Ask, view_id: str | None) -> list[Column]:
    """Of the list that an address names."""
    return shown(ask, next((one for one in seen(ask.tx, ask.who) if one.shown_id == view_id), None))


def list_of(view: View | None) -> str:
    return view.shown_id if view else EVERYBODY


def kept(tx: Tx, who: Who, list: str) -> Choice | None:
    """What the person has chosen there; None for nothing."""
    found = tx.row(_SQL["kept"], _values(tx, who, list))
    return Choice(tuple(found["columns"]), found["widths"]) if found else None


def keep(tx: Tx, who: Who, list: str, columns: Sequence[Column]) -> None:
    choice = choice_of(columns)
    values = {"columns": [*choice.refs], "widths": Jsonb(choice.widths)}
    tx.run(_SQL["keep"], _values(tx, who, list) | values)


def forget(tx: Tx, who: Who, list: str) -> None:
    """The list is shown as everybody else sees it."""
    tx.run(_SQL["forget"], _values(tx, who, list))


def fill(ask: Ask, columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> None:
    """Put into rows what lies beside the contact: in rows of its own, and, what no statement over
    contacts may read, in the registry (rule 21)."""
    for related, key in [(one.field.beside, one.key) for one in columns if rows]:
        if related:
            values = _beside(ask.tx, related, [row["id"] for row in rows])
            for row in rows:
                row[key] = values.get(row["id"], related.missing)
    if rows and any(one.field is BOUNCE for one in columns):
        found = ask.tx.rows(_SQL["bounces"], {"keys": [row["email_key"] for row in rows]})
        known = {one["email_key"]: one["bounce_status"] for one in found}
        for row in rows:
            row[BOUNCE.key] = known.get(row["email_key"])


def people(ask: Ask, columns: Sequence[Column]) -> dict[str, str]:
    """The names of people and clients, where a column shows any."""
    asked = any(one.field.type.kind == "reference" for one in columns)
    return names(ask.tx) if asked else {}


def _beside(tx: Tx, related: Related, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """By contact, of those that have one."""
    params = Params(tx.now)
    statement = sql.SQL("select r.key, r.value from ({}) as r where r.key = any ({})").format(
        related.rows(params), params.add(list(ids))
    )
    values = {"workspace": tx.workspace_id, **params.values}
    return {row["key"]: row["value"] for row in tx.rows(statement, values)}


def _values(tx: Tx, who: Who, list: str) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, "user": who.id, "list": list}
