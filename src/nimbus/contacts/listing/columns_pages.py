"""Choosing the columns of the list: order, width, presets; kept per person (S0-12, S0-13)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.listing import columns_kept
from nimbus.contacts.listing.asked import HERE, address_of
from nimbus.contacts.listing.columns import PRESETS, WIDTHS, Column, after, given
from nimbus.contacts.listing.views import PARAM, View, seen
from nimbus.filters.editor import GROUPS
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)

Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form()]

# What a column holds, in the words of people.
TYPES = {
    "text": "text", "number": "number", "boolean": "yes or no", "date": "date",
    "datetime": "date and time", "choice": "choice", "choices": "several choices",
    "reference": "person or client",
}  # fmt: skip


@router.at("GET", "/columns", scope="contacts:read")
def columns_page(ask: Ask, back: str = "") -> Response:
    """`back` is the query of the list that one came from."""
    return _form(ask, back, columns_kept.shown(ask, _view(ask, back)))


@router.at("POST", "/columns", scope="contacts:read")
def choose_columns(
    ask: Ask, column: Texts = None, width: Texts = None, add: Text = "", step: Text = "",
    back: Text = "",
) -> Response:  # fmt: skip
    """Keep them and show the list, with what was chosen and not put to them yet; or the form again
    after one of its own buttons. `keep` is sent by a list whose header was dragged."""
    view = _view(ask, back)
    fields = columns_kept.fields(ask)
    chosen = given(column or [], width or [], fields)
    if step == "reset":
        columns_kept.forget(ask.tx, ask.who, columns_kept.list_of(view))
        return _list(back)
    if step == "add" and ask.request.headers.get("hx-target") == "column-list":
        return _added(ask, chosen, after(chosen, f"add:{add}", fields))
    if step and step != "keep":
        return _form(ask, back, after(chosen, f"add:{add}" if step == "add" else step, fields))
    chosen = after(chosen, f"add:{add}", fields)
    if not chosen:
        wrong = Problem("validation_error", "Choose at least one column.", "add")
        return _form(ask, back, chosen, wrong)
    columns_kept.keep(ask.tx, ask.who, columns_kept.list_of(view), chosen)
    return Response(status_code=204) if step == "keep" else _list(back)


def _added(ask: Ask, before: list[Column], columns: list[Column]) -> Response:
    """The line of the column that there was not before, if any: the others stay as they are."""
    if len(columns) == len(before):
        return Response(media_type="text/html")
    return render(
        ask.request, "contacts/column_line.html", one=columns[-1], widths=WIDTHS, types=TYPES
    )


def _form(ask: Ask, back: str, chosen: list[Column], problem: Problem | None = None) -> Response:
    """To htmx the dialog alone, or the form within it; else a page of its own."""
    fields = columns_kept.fields(ask)
    offered = {label: [one for one in fields if one.group == group]
               for group, label in GROUPS.items()}  # fmt: skip
    view = _view(ask, back)
    target = ask.request.headers.get("hx-target")
    template = {"columns-form": "columns_form", "list-dialog": "columns_dialog"}.get(
        target or "", "columns"
    )
    return render(
        ask.request, f"contacts/{template}.html", problem.status if problem else 200,
        columns=chosen, offered={label: found for label, found in offered.items() if found},
        widths=WIDTHS, presets=PRESETS, types=TYPES, back=back, problem=problem, view=view,
        is_own=columns_kept.kept(ask.tx, ask.who, columns_kept.list_of(view)) is not None,
        href=address_of(parse_qsl(back)),
    )  # fmt: skip


def _list(back: str) -> Response:
    """Only ever the list, so that it leads nowhere else."""
    return RedirectResponse(address_of(parse_qsl(back)), 303)


def _view(ask: Ask, back: str) -> View | None:
    id = dict(parse_qsl(back)).get(PARAM)
    return next((one for one in seen(ask.tx, ask.who) if one.shown_id == id), None)
