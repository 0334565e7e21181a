"""Reading saved views, and the list that each stands for."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from nimbus.access import Who
from nimbus.contacts.listing.columns import Choice
from nimbus.contacts.listing.views import View
from nimbus.contacts.paging import sort_of
from nimbus.contacts.read import ContactList
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters import load
from nimbus.segments.saved_view import SavedView


def all_views(tx: Tx) -> list[SavedView]:
    """Everybody's, by name."""
    rows = tx.rows(
        "select id, name, owner_id, created_by, is_shared, filter, search, sort, columns, widths, "
        "created_at, updated_at from saved_view where workspace_id = %s order by name, id",
        [tx.workspace_id],
    )
    return [SavedView(**{**row, "columns": tuple(row["columns"])}) for row in rows]


def views(tx: Tx, who: Who) -> list[SavedView]:
    """Those that are shared, and one's own."""
    return [view for view in all_views(tx) if view.is_seen_by(who)]


def one_view(tx: Tx, who: Who, id: UUID, *, to_change: bool = False) -> SavedView:
    """Kept as it is where it is `to_change`: it is written as a whole. Raises Problem(not_found),
    also for somebody else's own."""
    if to_change:
        tx.run(
            "select from saved_view where workspace_id = %s and id = %s for update",
            [tx.workspace_id, id],
        )
    for view in views(tx, who):
        if view.id == id:
            return view
    raise ids.missing("view")


def offered(tx: Tx, who: Who) -> list[View]:
    """As the list of contacts shows them."""
    return [
        View(view.id, view.shown_id, view.name, view.is_shared, view.is_own(who),
             partial(list_of, tx, view), Choice(view.columns, view.widths))
        for view in views(tx, who)
    ]  # fmt: skip


def list_of(tx: Tx, view: SavedView) -> ContactList:
    """The list that it shows. Raises Problem when its filter asks for a field that is gone."""
    filter = load(view.filter, catalogue(tx)) if view.filter is not None else None
    return ContactList(filter, view.search, shown="live", sort=sort_of(view.sort))
