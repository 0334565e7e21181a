"""Contacts for people: the list at `/contacts`, the page of one, its peek (S0-03, S0-14, D-32)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.contacts import about, list_parts
from nimbus.contacts.activity import events
from nimbus.contacts.asked import HERE, asked_by, href, query_of
from nimbus.contacts.filter_form import form
from nimbus.contacts.panels import panels, tabs
from nimbus.contacts.read import ContactList, Reading, one
from nimbus.contacts.refused import Refused, sort_out
from nimbus.contacts.words import day_heading
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.operations.read import history
from nimbus.problems import Problem
from nimbus.suppression.read import statuses_of
from nimbus.suppression.suppression import LAYERS
from nimbus.web import fragment, parts, render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)

SIZE = 50
ADDED = {
    "created": "{} was added", "updated": "{} was updated", "unchanged": "{} had all of it already",
}  # fmt: skip
# Of the list that one came from, no more is carried along.
LONGEST = 2_000


@router.at("GET", "", scope="contacts:read")
def contacts_page(ask: Ask) -> Response:
    """To htmx the list alone, with the shortest address that leads there."""
    query = ask.request.query_params
    try:
        asked = asked_by(query.multi_items(), catalogue(ask.tx))
        context = _list(ask, asked, query.get("cursor"))
    except Problem as wrong:
        if wrong.code == "too_expensive":  # The transaction may be over.
            raise
        context = _wrong(ask, wrong)
    status = 400 if context["wrong"] else 200
    if not ask.request.headers.get("hx-request"):
        return render(ask.request, "contacts/list.html", status, **context)
    headers = {} if context["wrong"] else {"HX-Push-Url": context["here"]}
    return fragment(ask.request, "contacts/list.html", "content", status, headers, **context)


@router.at("GET", "/{id}", scope="contacts:read")
def contact_page(
    ask: Ask, id: str, tab: Literal["details", "activity"] = "details", peek: bool = False,
    added: str = "",
) -> Response:  # fmt: skip
    """`added` says that the form which led here has added or updated the contact."""
    contact_id = ids.read("cont", id)
    row = one(ask.tx, contact_id)
    if row is None:
        raise ids.missing("cont")
    if row["id"] != contact_id:
        return RedirectResponse(_address(row), 303)
    if peek:
        return render(ask.request, "contacts/peek.html", **_about(ask, row))
    context = frame(ask, row, tab)
    if added in ADDED:
        toast(ask.request, ADDED[added].format(context["name"]))
    context |= _details(ask, row) if tab == "details" else _activity(ask, row)
    return render(ask.request, "contacts/contact.html", **context)


def frame(ask: Ask, row: Mapping[str, Any], tab: str) -> dict[str, Any]:
    """What `contacts/contact.html` shows around the tab of that name, for rooms that offer one."""
    asked = _list_before(ask.request)
    context = {"tab": tab, "tabs": _tabs(row, tab, asked)}
    return {**_about(ask, row), **context, "back": f"{HERE}?{asked}" if asked else HERE}


def _list(ask: Ask, asked: ContactList, cursor: str | None) -> dict[str, Any]:
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    reading = Reading(ask.tx, asked)
    page = reading.page(SIZE, seal.open(cursor) if cursor else None)
    count = reading.count(page)
    return {
        **_frame(ask, asked),
        "wrong": [],
        "here": href(asked, cursor),
        "chips": list(list_parts.chips(asked)),
        "columns": list_parts.columns(asked),
        "rows": page.rows,
        "words": list_parts.place(page, count),
        "total": list_parts.total(count),
        "previous": href(asked, seal.close(page.previous)) if page.previous else None,
        "next": href(asked, seal.close(page.next)) if page.next else None,
    }


def _wrong(ask: Ask, problem: Problem) -> dict[str, Any]:
    """The page with what is wrong about its address, the way out of it, and nobody on it."""
    params = ask.request.query_params.multi_items()
    asked, refused = sort_out(params, catalogue(ask.tx), problem)
    chips = list(list_parts.chips(asked))
    frame = _frame(ask, asked, refused)
    return {**frame, "wrong": refused, "here": HERE, "chips": chips, "rows": []}


def _frame(ask: Ask, asked: ContactList, refused: Sequence[Refused] = ()) -> dict[str, Any]:
    return {
        "asked": asked,
        "tabs": list_parts.tabs(asked),
        "form": form(ask.tx, asked, refused),
        "kept": query_of(replace(asked, search="")),
        "address": _address,
        "all_href": HERE,
    }


def _about(ask: Ask, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the left column and the peek show."""
    shares = ask.instance.settings.share_registry_totals
    return {
        "contact": row,
        "name": row["full_name"] or row["email"],
        "here": _address(row),
        "suppressions": statuses_of(ask.tx, row["email"], row["email_key"]),
        "layers": LAYERS,
        "terms": about.terms(ask.tx, row),
        "totals": about.totals(ask.tx, row) if shares else None,
        "panels": panels(ask.tx, row, "verdict", "side", "top"),
        "now": ask.tx.now,
    }


def _details(ask: Ask, row: Mapping[str, Any]) -> dict[str, Any]:
    entries = history(ask.tx, row["id"])
    return {"sections": about.sections(ask.tx, row, catalogue(ask.tx), entries)}


def _activity(ask: Ask, row: Mapping[str, Any]) -> dict[str, Any]:
    told = events(history(ask.tx, row["id"]), catalogue(ask.tx), about.names(ask.tx))
    return {"events": list(told), "day_heading": day_heading}


def _tabs(row: Mapping[str, Any], current: str, asked: str) -> list[parts.Tab]:
    here, carried = _address(row), {"from": asked} if asked else {}
    activity = {"tab": "activity", **carried}
    return [
        parts.Tab("Details", _with(here, carried), current == "details"),
        parts.Tab("Activity", _with(here, activity), current == "activity"),
        *(
            parts.Tab(one.label, _with(f"{here}/{one.path}", carried), current == one.path)
            for one in tabs()
        ),
    ]


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def _list_before(request: Request) -> str:
    """The query of the list that one came from, as the tabs carry it along or as the browser says;
    only ever the query, so that it leads nowhere else."""
    carried = request.query_params.get("from", "")
    if carried:
        return carried if len(carried) <= LONGEST else ""
    came = urlsplit(request.headers.get("referer", ""))
    is_list = came.path == HERE and came.netloc == request.url.netloc
    return came.query if is_list and len(came.query) <= LONGEST else ""


def _address(row: Mapping[str, Any]) -> str:
    return f"{HERE}/{ids.show('cont', row['id'])}"
