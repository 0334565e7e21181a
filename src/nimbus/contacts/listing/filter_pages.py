"""The panel with the condition editor: it writes a whole tree into the address (S0-10, S0-11)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Form
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.listing import views
from nimbus.contacts.listing.asked import HERE
from nimbus.contacts.listing.refused import sort_out
from nimbus.fields.read import catalogue
from nimbus.filters.choices import choices
from nimbus.filters.editor import editor
from nimbus.filters.form import Conditions, conditions_form, conditions_of
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)

Text = Annotated[str, Form()]
Given = Annotated[Conditions, Depends(conditions_form)]


@router.at("GET", "/filter", scope="contacts:read")
def filter_page(ask: Ask, back: str = "") -> Response:
    """The conditions of the list of the query `back`."""
    return _form(ask, back, conditions_of(_opened(ask, back).asked.filter))


@router.at("POST", "/filter", scope="contacts:read")
def filter_form(ask: Ask, given: Given, back: Text = "", step: Text = "") -> Response:
    """The list that the conditions find, by its address; or the form again after one of its own
    buttons, or with what is wrong at its row."""
    fields = catalogue(ask.tx)
    try:
        if step:
            return _form(ask, back, given.after(step, fields))
        is_blank = given.tree is None and not any(row.field for row in given.rows)
        filter = None if is_blank else given.read(fields)
    except Problem as problem:
        return _form(ask, back, given, problem)
    opened = _opened(ask, back)
    asked = replace(opened.asked, filter=filter)
    return RedirectResponse(opened.href(asked), 303)


def _form(ask: Ask, back: str, given: Conditions, problem: Problem | None = None) -> Response:
    """To htmx the dialog alone, else a page of its own."""
    is_dialog = ask.request.headers.get("hx-target") == "list-dialog"
    opened = _opened(ask, back)
    return render(
        ask.request, f"contacts/{'filter_dialog' if is_dialog else 'filter'}.html",
        problem.status if problem else 200, back=back, problem=problem,
        editor=editor(given, catalogue(ask.tx), problem, choices(ask.tx)),
        href=opened.href(opened.asked), may_segment=ask.who.may("segments:write"),
    )  # fmt: skip


def _opened(ask: Ask, back: str) -> views.Opened:
    """The list of the query; of one that is wrong what is right about it."""
    params, fields = parse_qsl(back), catalogue(ask.tx)
    try:
        return views.opened(ask.tx, ask.who, params, fields)
    except Problem as problem:
        asked, _ = sort_out(params, fields, problem)
        return views.Opened(asked, views.seen(ask.tx, ask.who))
