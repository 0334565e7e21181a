"""Changing suppression on its pages: adding, removing, and undoing either."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.responses import Response

from nimbus.db import ids
from nimbus.problems import Problem
from nimbus.suppression import read, write
from nimbus.suppression.lists import DOMAINS, LISTS, Listing
from nimbus.suppression.pages import Key, href, options, show_entry, show_list
from nimbus.suppression.pasted import entries
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/suppression")
Text = Annotated[str, Form()]


@router.at("GET", "/{key}/new", scope="suppression:write")
def new_suppression_page(ask: Ask, key: Key) -> Response:
    return _form(ask, LISTS[key], {"lines": "", "reason": "manual", "note": ""})


@router.at("POST", "/{key}", scope="suppression:write")
def add_suppressions_form(
    ask: Ask, key: Key, lines: Text = "", reason: Text = "", note: Text = ""
) -> Response:
    """Add what can be read; what cannot stays in the form, with what is wrong with it. Sent twice,
    the second time finds everything there already."""
    listing = LISTS[key]
    given = entries(listing, lines)
    kept = {"lines": lines, "reason": reason, "note": note}
    if not given:
        return _form(ask, listing, kept, {"lines": f"Write at least one {listing.noun}."})
    try:
        added = write.add(
            ask.tx, ask.who, listing, given, reason=reason, note=note, through="web"
        )  # fmt: skip
    except Problem as problem:
        field = "reason" if problem.field == "reason" else "lines"
        return _form(ask, listing, kept, {field: problem.message})
    if added.added:
        toast(ask.request, _words(listing, added), undo_href(listing, added.operation))
    elif not added.refused:
        toast(ask.request, _words(listing, added), tone="blue")
    warning = " ".join(write.warnings(listing, added))
    if not added.refused:
        return show_list(ask, listing, warning=warning)
    kept["lines"] = "\n".join(line.text for line in added.refused)
    return _form(ask, listing, kept, {"lines": _why_refused(listing, added)}, warning)


@router.at("POST", "/{key}/{id}/removal", scope="suppression:write")
def remove_suppression_form(ask: Ask, key: Key, id: str, why: Text = "") -> Response:
    listing = LISTS[key]
    entry_id = ids.read(listing.prefix, id)
    try:
        entry, operation = write.remove(ask.tx, ask.who, listing, entry_id, through="web", why=why)
    except Problem as problem:
        found = read.one(ask.tx, listing, entry_id)
        if problem.field != "why" or found is None:
            raise
        return show_entry(ask, listing, found, problem.message, problem.status)
    toast(ask.request, f"{entry.name} was removed", undo_href(listing, operation))
    return show_list(ask, listing)


@router.at("POST", "/{key}/undo/{operation}", scope="suppression:write")
def undo_suppression_form(ask: Ask, key: Key, operation: str) -> Response:
    listing = LISTS[key]
    undone = write.undo(ask.tx, ask.who, listing, ids.read("op", operation), through="web")
    words = f"Undone for {undone.restored:,} {_plural(listing, undone.restored)}"
    if undone.kept:
        words += f"; {undone.kept:,} changed since and stay as they are"
    toast(ask.request, words, tone="blue")
    page = show_list(ask, listing)
    # The Undo of a toast asks by htmx and swaps nothing by itself: have it show the list anew.
    page.headers["HX-Retarget"], page.headers["HX-Reswap"] = "body", "innerHTML"
    page.headers["HX-Push-Url"] = href(listing)
    return page


def _form(
    ask: Ask, listing: Listing, given: dict[str, str], errors: dict[str, str] | None = None,
    warning: str = "",
) -> Response:  # fmt: skip
    return render(
        ask.request, "suppression/new.html", 400 if errors else 200, listing=listing, given=given,
        errors={"lines": None, "reason": None} | (errors or {}), reasons=options(listing),
        list_href=href(listing), warning=warning,
    )  # fmt: skip


def undo_href(listing: Listing, operation: UUID) -> str:
    return f"/suppression/{listing.key}/undo/{ids.show('op', operation)}"


def _words(listing: Listing, added: write.Added) -> str:
    """`3 emails added, 1 there already`; of domains, which are read out of addresses, also which:
    `1 domain added (acme.com)`."""
    counts = [
        (len(added.added), "added"),
        (len(added.tightened), "given the stricter reason"),
        (added.already, "there already"),
        (added.repeated, "given twice"),
    ]
    told = [(count, what) for count, what in counts if count] or [(0, "added")]
    first, *others = told
    words = [f"{first[0]:,} {_plural(listing, first[0])} {first[1]}"]
    if listing is DOMAINS and added.names:
        words[0] += f" ({write.some(list(added.added or added.tightened))})"
    return ", ".join(words + [f"{count:,} {what}" for count, what in others])


def _plural(listing: Listing, count: int) -> str:
    return listing.noun if count == 1 else f"{listing.noun}s"


def _why_refused(listing: Listing, added: write.Added) -> str:
    """`1 added, 2 could not be read: “nobody”, “x@”.` The first is told what is wrong with it."""
    quoted = [f"“{line.text[:60]}”" for line in added.refused]
    count = len(quoted)
    unread = f"{len(added.added):,} added, {count:,} could not be read: {write.some(quoted)}."
    lead = f"{quoted[0]} is not {listing.article}" if count > 1 else f"It is not {listing.article}"
    return f"{unread} {lead}: {added.refused[0].why}"
