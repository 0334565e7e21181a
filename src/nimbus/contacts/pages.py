"""Contacts for people: the list at `/contacts`, the page of one, its peek (S0-03, S0-14, D-32)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.companies.pages import address as company_address
from nimbus.contacts import about
from nimbus.contacts.activity import ALONE, events
from nimbus.contacts.assignment.pages import section
from nimbus.contacts.done import tell
from nimbus.contacts.listing import columns_kept, views
from nimbus.contacts.listing import parts as list_parts
from nimbus.contacts.listing.asked import HERE, query_of
from nimbus.contacts.listing.cells import Cells
from nimbus.contacts.listing.quick import quick, tags_of
from nimbus.contacts.listing.refused import Refused, sort_out
from nimbus.contacts.panels import TabOffer, opening, panels, tabs
from nimbus.contacts.read import Reading, one
from nimbus.contacts.tags import kept as tag_kept
from nimbus.contacts.trash.deleted import deeds
from nimbus.contacts.words import day_heading
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.operations import undoing
from nimbus.operations.bulk import actions
from nimbus.operations.pages import undo_href
from nimbus.operations.read import history, made_by
from nimbus.problems import Problem
from nimbus.suppression.read import statuses_of
from nimbus.suppression.suppression import LAYERS
from nimbus.web import fragment, is_part, parts, render, toast
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
        opened = views.opened(ask.tx, ask.who, query.multi_items(), catalogue(ask.tx))
        context = _list(ask, opened, query.get("cursor"))
    except Problem as wrong:
        if wrong.code == "too_expensive":  # The transaction may be over.
            raise
        context = _wrong(ask, wrong)
    views.tell(ask, query.get("done", ""), query.get("operation", ""))
    status = 400 if context["wrong"] else 200
    if not is_part(ask.request):
        return render(ask.request, "contacts/list.html", status, **context)
    pushed = {} if context["wrong"] else {"HX-Push-Url": context["here"]}
    return fragment(ask.request, "contacts/list.html", "content", status, pushed, **context)


@router.at("GET", "/{id}", scope="contacts:read")
def contact_page(
    ask: Ask, id: str, tab: Literal["details", "activity"] | None = None, peek: bool = False,
    added: str = "", edited: str = "", done: str = "", operation: str = "",
) -> Response:  # fmt: skip
    """Without a `tab` what a higher room offers to open with, such as the timeline; after a form
    that was about the details those. `added` says that the form which led here has added or updated
    the contact, `edited` the operation of the form that has changed it, `done` what else one has
    done, by `operation`."""
    contact_id = ids.read("cont", id)
    row = one(ask.tx, contact_id)
    if row is None:
        raise ids.missing("cont")
    if row["id"] != contact_id:
        return RedirectResponse(address(row), 303)
    if peek:
        return render(ask.request, "contacts/peek.html", **beside(ask, row))
    name = row["full_name"] or row["email"]
    if added in ADDED:
        _tell_added(ask, ADDED[added].format(name), added, operation)
    tell(ask, name, done, operation)
    if edited and made_by(ask.tx, ask.who, operation_id := ids.read("op", edited)):
        toast(ask.request, f"{name} was changed", undo_href(operation_id))
    opens = opening()
    if opens and tab is None and not (added or edited):
        return opens(ask, row)
    context = frame(ask, row, tab or "details")
    context |= _activity(ask, row) if tab == "activity" else details(ask, row)
    return render(ask.request, "contacts/contact.html", **context)


def _tell_added(ask: Ask, words: str, added: str, operation: str) -> None:
    """A contact that one has just added by hand goes again by Undo, one that was there does not."""
    operation_id = ids.read("op", operation) if operation else None
    if operation_id is None or added != "created":
        toast(ask.request, words)
    elif made_by(ask.tx, ask.who, operation_id):
        toast(ask.request, words, undo_href(operation_id))


def frame(ask: Ask, row: Mapping[str, Any], tab: str) -> dict[str, Any]:
    """What `contacts/contact.html` shows around the tab of that name, for rooms that offer one."""
    asked = _list_before(ask.request)
    context = {"tab": tab, "tabs": _tabs(row, tab, asked)}
    return {**beside(ask, row), **context, "back": f"{HERE}?{asked}" if asked else HERE}


def _list(ask: Ask, opened: views.Opened, cursor: str | None) -> dict[str, Any]:
    asked, href = opened.asked, opened.href
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    shown = columns_kept.shown(ask, opened.view)
    is_live = asked.shown == "live"
    reading = Reading(ask.tx, asked, [one.field for one in shown] if is_live else None)
    page = reading.page(SIZE, seal.open(cursor) if cursor else None)
    count = reading.count(page)
    offered = [
        one for one in actions()
        if one.is_offered and one.shown == asked.shown and ask.who.may(one.scope)
    ]  # fmt: skip
    may_export = asked.shown == "live" and ask.who.may("exports:write")
    ticked = bool(offered) or may_export
    rows = [dict(row) for row in page.rows]
    columns_kept.fill(ask, shown, rows)
    around = _frame(ask, opened, rows)
    return {
        **around,
        "wrong": [],
        "here": href(asked, cursor),
        "chips": list(list_parts.chips(asked, href)),
        "columns": [*([list_parts.TICK] if ticked else []), *list_parts.columns(opened, shown)],
        "shown": shown,
        "cells": Cells(
            shown,
            list_parts.words(columns_kept.people(ask, shown), ask.tx.now),
            around["tag_tones"],
            may_edit=around["may_edit"],
            ticked=ticked,
        ),
        "ticked": ticked,
        "offered": offered,
        "may_export": may_export,
        "matching": list_parts.count_words(count),
        "rows": rows,
        "deeds": deeds(ask.tx, page.rows) if asked.shown == "deleted" else {},
        "place": list_parts.place(page, count),
        "total": list_parts.total(count),
        "previous": href(asked, seal.close(page.previous)) if page.previous else None,
        "next": href(asked, seal.close(page.next)) if page.next else None,
    }


def _wrong(ask: Ask, problem: Problem) -> dict[str, Any]:
    """The page with what is wrong about its address, the way out of it, and nobody on it."""
    params = ask.request.query_params.multi_items()
    asked, refused = sort_out(params, catalogue(ask.tx), problem)
    opened = views.Opened(asked, views.seen(ask.tx, ask.who))
    chips = list(list_parts.chips(asked, opened.href))
    frame = _frame(ask, opened, (), refused)
    unseen = [one.why for one in refused] == [views.UNSEEN]
    return {
        **frame, "wrong": refused, "unseen": unseen, "here": HERE, "chips": chips, "rows": []
    }  # fmt: skip


def _frame(
    ask: Ask, opened: views.Opened, rows: Sequence[Mapping[str, Any]] = (),
    refused: Sequence[Refused] = (),
) -> dict[str, Any]:  # fmt: skip
    asked = opened.asked
    me = ask.who.id if ask.who.kind == "person" else None
    return {
        "asked": asked,
        "opened": opened,
        "tabs": list_parts.tabs(opened, me, catalogue(ask.tx)),
        "more_views": len(opened.views) > list_parts.MOST_TABS,
        "may_save": ask.who.may("segments:write") and asked.shown == "live",
        "query": urlencode(query_of(asked)),
        "view_query": urlencode(opened.in_full),
        "columns_href": f"{HERE}/columns?{urlencode({'back': urlencode(opened.query(asked))})}",
        "own_columns": opened.view is not None
        and columns_kept.kept(ask.tx, ask.who, opened.view.shown_id) is not None,
        "may_edit": ask.who.may("contacts:write") and asked.shown != "deleted",
        "quick": (found := quick(ask.tx, ask.who, opened, rows, refused)),
        "tag_tones": tag_kept.colours(ask.tx, (tag for row in rows for tag in tags_of(row))),
        "quick_keys": {one.key for one in found},
        "sentence": list_parts.sentence(asked),
        "filter_href": f"{HERE}/filter?{urlencode({'back': urlencode(opened.query(asked))})}",
        "kept": opened.query(replace(asked, search="")),
        "address": address,
        "all_href": HERE,
    }


def beside(ask: Ask, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the left column and the peek show."""
    shares = ask.instance.settings.share_registry_totals
    return {
        "contact": row,
        "name": row["full_name"] or row["email"],
        "company_href": company_address(row["company_id"]) if row["company_id"] else None,
        "here": address(row),
        "suppressions": statuses_of(ask.tx, row["email"], row["email_key"]),
        "layers": LAYERS,
        "assignment": section(ask.tx, ask.who, row),
        "deed": deeds(ask.tx, [row]).get(row["id"]),
        "in_the_way": about.in_the_way(ask.tx, row),
        "tag_tones": tag_kept.colours(ask.tx, row["tags"]),
        "owner": about.names(ask.tx).get(str(row["owner_id"])),
        "may_edit": ask.who.may("contacts:write") and not row["is_deleted"],
        "may_consent": ask.who.may("consent:write") and not row["is_deleted"],
        "totals": about.totals(ask.tx, row) if shares else None,
        "panels": panels(ask.tx, row, "verdict", "side", "top"),
        "now": ask.tx.now,
    }


def details(ask: Ask, row: Mapping[str, Any]) -> dict[str, Any]:
    entries = history(ask.tx, row["id"])
    return {"sections": about.sections(ask.tx, row, catalogue(ask.tx), entries), "tab": "details"}


def _activity(ask: Ask, row: Mapping[str, Any]) -> dict[str, Any]:
    entries = history(ask.tx, row["id"])
    alone = {one.operation_id: (one.operation, one.at) for one in entries if one.operation in ALONE}
    undoable = undoing.offered(ask.tx, ask.who, alone)
    told = events(entries, catalogue(ask.tx), about.names(ask.tx), undoable)
    return {"events": list(told), "day_heading": day_heading}


def _tabs(row: Mapping[str, Any], current: str, asked: str) -> list[parts.Tab]:
    here, carried = address(row), {"from": asked} if asked else {}

    def mine(label: str, tab: str) -> parts.Tab:
        return parts.Tab(label, _with(here, {"tab": tab, **carried}), current == tab)

    def theirs(one: TabOffer) -> parts.Tab:
        return parts.Tab(one.label, _with(f"{here}/{one.path}", carried), current == one.path)

    offered = tabs()
    return [
        *(theirs(one) for one in offered if one.opens),
        mine("Details", "details"),
        *(theirs(one) for one in offered if not one.opens),
        mine("Activity", "activity"),
    ]


def _with(address: str, query: Mapping[str, str]) -> str:
    """On a phone the tabs are below the fold, where a page would open without its anchor."""
    return f"{address}?{urlencode(query)}#tabs" if query else f"{address}#tabs"


def _list_before(request: Request) -> str:
    """The query of the list that one came from, as the tabs carry it along or as the browser says;
    only ever the query, so that it leads nowhere else."""
    carried = request.query_params.get("from", "")
    if carried:
        return carried if len(carried) <= LONGEST else ""
    came = urlsplit(request.headers.get("referer", ""))
    is_list = came.path == HERE and came.netloc == request.url.netloc
    return came.query if is_list and len(came.query) <= LONGEST else ""


def address(row: Mapping[str, Any]) -> str:
    return f"{HERE}/{ids.show('cont', row['id'])}"
