"""Saved views for people: saving the list, renaming, sharing, replacing, deleting (S0-11)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.listing import columns_kept
from nimbus.contacts.listing.asked import HERE as CONTACTS
from nimbus.contacts.listing.asked import asked_by
from nimbus.contacts.listing.columns import choice_of
from nimbus.contacts.listing.views import PARAM
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import describe, show
from nimbus.operations.operation import begun
from nimbus.problems import Problem
from nimbus.segments.read_views import list_of, one_view, views
from nimbus.segments.saved_view import MAX_NAME, SavedView
from nimbus.segments.write_views import ListState, change_view, create_view, delete_view
from nimbus.web import is_part, parts, render
from nimbus.web.route import Ask, PageRouter

HERE = "/views"
router = PageRouter(HERE)

Text = Annotated[str, Form()]
COLUMNS = (
    parts.Column("Name", "l"), parts.Column("Shows", wide_only=True),
    parts.Column("Seen by", "m"), parts.Column("Made by", "m", wide_only=True),
    parts.Column("Changed", "m", wide_only=True),
)  # fmt: skip


@router.at("GET", "", scope="segments:read")
def views_page(ask: Ask) -> Response:
    """All that one sees, by name."""
    lines = [(view, _sentence(ask, view)) for view in views(ask.tx, ask.who)]
    return render(ask.request, "segments/views.html", lines=lines, columns=COLUMNS, who=ask.who)


@router.at("GET", "/new", scope="segments:write")
def new_view_page(ask: Ask, query: str = "") -> Response:
    """`query` is that of the list which is to be saved."""
    return _form(ask, None, query, "", False)


@router.at("POST", "", scope="segments:write")
def create_view_form(ask: Ask, name: Text = "", query: Text = "", is_shared: Text = "") -> Response:
    try:
        state = ListState(name, bool(is_shared), **_list(ask, query))
        view = create_view(ask.tx, ask.who, state, through="web")
    except Problem as problem:
        return _form(ask, None, query, name, bool(is_shared), problem)
    return _back("saved", view, begun(ask.tx))


@router.at("GET", "/{id}/edit", scope="segments:write")
def edit_view_page(ask: Ask, id: str) -> Response:
    view = _view(ask, id)
    return _form(ask, view, "", view.name, view.is_shared)


@router.at("POST", "/{id}", scope="segments:write")
def save_view_form(ask: Ask, id: str, name: Text = "", is_shared: Text = "") -> Response:
    view = _view(ask, id, to_change=True)
    given = {"name": name, "is_shared": bool(is_shared)}
    try:
        changed = change_view(ask.tx, ask.who, view, given, through="web")
    except Problem as problem:
        return _form(ask, view, "", name, bool(is_shared), problem)
    return _back("changed", changed, begun(ask.tx))


@router.at("POST", "/{id}/list", scope="segments:write")
def replace_view_form(ask: Ask, id: str, query: Text = "") -> Response:
    """The view shows another list from now on: the one of the `query`."""
    view = _view(ask, id, to_change=True)
    changed = change_view(ask.tx, ask.who, view, _list(ask, query), through="web")
    columns_kept.forget(ask.tx, ask.who, changed.shown_id)
    return _back("changed", changed, begun(ask.tx))


@router.at("POST", "/{id}/delete", scope="segments:write")
def delete_view_form(ask: Ask, id: str) -> Response:
    operation = delete_view(ask.tx, ask.who, _view(ask, id, to_change=True), through="web")
    return _back("deleted", None, operation.id)


def _list(ask: Ask, query: str) -> dict[str, Any]:
    """The members of a view that the address of a list asks for."""
    params = parse_qsl(query)
    asked = asked_by(params, catalogue(ask.tx))
    shown = columns_kept.shown_by(ask, dict(params).get(PARAM))
    return {
        "columns": [one.key for one in shown], "widths": dict(choice_of(shown).widths or {}),
        "filter": show(asked.filter) if asked.filter else None,
        "search": asked.search, "sort": asked.sort.key,
    }  # fmt: skip


def _form(
    ask: Ask, view: SavedView | None, query: str, name: str, is_shared: bool,
    problem: Problem | None = None,
) -> Response:  # fmt: skip
    """To htmx the dialog alone, else a page of its own."""
    template = "view_dialog" if is_part(ask.request) else "view"
    back = f"{CONTACTS}?view={view.shown_id}" if view else f"{CONTACTS}?{query}"
    return render(
        ask.request, f"segments/{template}.html", problem.status if problem else 200, view=view,
        query=query, name=name, is_shared=is_shared, problem=problem, longest=MAX_NAME,
        here=f"{HERE}/{view.shown_id}" if view else HERE, back=back.rstrip("?"),
        may_unshare=view is None or view.is_own(ask.who),
    )  # fmt: skip


def _back(done: str, view: SavedView | None, operation: UUID | None = None) -> Response:
    """To the list, as the view shows it."""
    told = {"view": view.shown_id} if view else {}
    told |= {"done": done, "operation": ids.show("op", operation)} if operation else {}
    return RedirectResponse(f"{CONTACTS}?{urlencode(told)}", 303)


def _sentence(ask: Ask, view: SavedView) -> str:
    try:
        asked = list_of(ask.tx, view)
    except Problem as problem:
        return problem.message
    words = [f"Search for “{asked.search}”"] if asked.search else []
    return "; ".join([*words, *([describe(asked.filter)] if asked.filter else [])]) or "Everyone"


def _view(ask: Ask, id: str, *, to_change: bool = False) -> SavedView:
    return one_view(ask.tx, ask.who, ids.read("view", id), to_change=to_change)
