"""Saved views for programs: `/api/v1/saved-views/`."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from nimbus.contacts.listing.asked import href
from nimbus.contacts.listing.columns import BOUNCE
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import show
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.problems import Problem
from nimbus.segments import view_shapes as shapes
from nimbus.segments.read_views import list_of, one_view, views
from nimbus.segments.saved_view import SavedView
from nimbus.segments.write_views import ListState, change_view, create_view, delete_view
from nimbus.web.etag import IfMatch, IfNoneMatch, tagged
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/saved-views", "Segments")


@router.at("GET", "/", scope="segments:read", answers=shapes.ViewList)
def list_saved_views(ask: Ask) -> dict[str, Any]:
    """Those that are shared, and those that whoever asks has made; by name."""
    found = views(ask.tx, ask.who)
    return {"data": [_shown(ask, view) for view in found], "meta": {"total_count": len(found)}}


@router.at("POST", "/", scope="segments:write", answers=shapes.ShownView, status=201)
def create_saved_view(ask: Ask, given: shapes.NewView) -> dict[str, Any]:
    """Keep a filter, a search, an order and columns under a name."""
    state = ListState(**given.model_dump())
    return _shown(ask, create_view(ask.tx, ask.who, state, through="api"))


@router.at("GET", "/{id}/", scope="segments:read", answers=shapes.ShownView)
def get_saved_view(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    return _tagged(ask, _view(ask, id), if_none_match)


@router.at("PATCH", "/{id}/", scope="segments:write", answers=shapes.ShownView)
def change_saved_view(
    ask: Ask, id: str, given: shapes.ViewChanges, if_match: IfMatch = None
) -> Response:
    """A shared view is everybody's to change; only its maker can stop sharing it."""
    changes = given.model_dump(exclude_unset=True)
    view = _view(ask, id, to_change=True)
    refuse_stale(ask.tx, if_match, view.id, "saved_view")
    return _tagged(ask, change_view(ask.tx, ask.who, view, changes, through="api"))


@router.at("DELETE", "/{id}/", scope="segments:write", answers=shapes.ShownView)
def delete_saved_view(ask: Ask, id: str, if_match: IfMatch = None) -> dict[str, Any]:
    """Answers the view as it was."""
    view = _view(ask, id, to_change=True)
    refuse_stale(ask.tx, if_match, view.id, "saved_view")
    shown = _shown(ask, view)
    delete_view(ask.tx, ask.who, view, through="api")
    return shown


def _view(ask: Ask, id: str, *, to_change: bool = False) -> SavedView:
    return one_view(ask.tx, ask.who, ids.read("view", id), to_change=to_change)


def _tagged(ask: Ask, view: SavedView, if_none_match: str | None = None) -> Response:
    shown = _shown(ask, view)
    return tagged(shown, tag_of(ask.tx, view.id, shown), if_none_match)


def _shown(ask: Ask, view: SavedView) -> dict[str, Any]:
    filter, address = view.filter, None
    try:
        asked = list_of(ask.tx, view)
        filter, address = show(asked.filter) if asked.filter else None, href(asked)
    except Problem:
        pass  # Shown as it is stored.
    fields = {field.ref: field.key for field in (*catalogue(ask.tx), BOUNCE)}
    return {
        "id": view.shown_id, "name": view.name, "is_shared": view.is_shared,
        "is_own": view.is_own(ask.who), "filter": filter, "search": view.search,
        "sort": view.sort, "columns": [fields[ref] for ref in view.columns if ref in fields],
        "href": address, "created_by": view.created_by, "created_at": view.created_at,
        "updated_at": view.updated_at,
    }  # fmt: skip
