"""Looking at suppression: the two lists, one entry, and asking about one address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from nimbus.accounts.registry_ask import note_registry_ask
from nimbus.db import ids
from nimbus.fields.field import Invalid
from nimbus.fields.types import EMAIL
from nimbus.identity import email_key
from nimbus.operations import read as log
from nimbus.suppression import read
from nimbus.suppression.held_back import contacts_href, held_back
from nimbus.suppression.lists import DOMAINS, EMAILS, LISTS, Listing
from nimbus.suppression.suppression import LAYERS, Entry
from nimbus.web import parts, render
from nimbus.web.counting import Count
from nimbus.web.render import zone_of
from nimbus.web.route import Ask, PageRouter
from nimbus.web.values import beginning

router = PageRouter("/suppression")
Key = Literal["emails", "domains"]
Search = Annotated[str, Query(max_length=200)]
Since = Annotated[str, Query(max_length=10)]
SIZE = 50


@router.at("GET", "", scope="suppression:read")
def suppression_page(
    ask: Ask, q: Search = "", reason: str = "", source: Search = "", since: Since = "",
    before: str = "", after: str = "",
) -> Response:  # fmt: skip
    return show_list(ask, EMAILS, q, reason, source, since, before=before, after=after)


@router.at("GET", "/platform", scope="suppression:read")
def platform_page(ask: Ask, email: Annotated[str, Query(max_length=400)] = "") -> Response:
    """What the platform layer is, and whether one address may be contacted (S1-45, G-48)."""
    found, error, asked = None, None, email
    try:
        asked = EMAIL.parse(email) or ""
        if asked:
            note_registry_ask(ask.tx, ask.who, ask.instance.settings, "web", "A look-up")
            key = email_key(ask.instance.secrets.key("email"), asked)
            found = read.statuses_of(ask.tx, asked, key)
    except Invalid as problem:
        error = str(problem)
    return render(
        ask.request, "suppression/platform.html", 400 if error else 200, tabs=_tabs("platform"),
        asked=asked, error=error, found=found, layers=LAYERS, entry_href=_entry_href,
    )  # fmt: skip


@router.at("GET", "/{key}", scope="suppression:read")
def suppression_list_page(
    ask: Ask, key: Key, q: Search = "", reason: str = "", source: Search = "", since: Since = "",
    before: str = "", after: str = "",
) -> Response:  # fmt: skip
    return show_list(ask, LISTS[key], q, reason, source, since, before=before, after=after)


@router.at("GET", "/{key}/{id}", scope="suppression:read")
def suppression_entry_page(ask: Ask, key: Key, id: str) -> Response:
    """Who put it there, when and why; and the way off the list."""
    listing = LISTS[key]
    entry = read.one(ask.tx, listing, ids.read(listing.prefix, id))
    if entry is None:
        raise ids.missing(listing.prefix)
    return show_entry(ask, listing, entry)


def show_list(
    ask: Ask, listing: Listing, q: str = "", reason: str = "", source: str = "", since: str = "",
    *, before: str = "", after: str = "", warning: str = "",
) -> Response:  # fmt: skip
    sought = sought_by(ask, listing, q, reason, source, since)
    kept = {"q": q, "reason": reason, "source": source, "since": since}
    found = read.page(
        ask.tx, listing, sought, SIZE,
        before=ids.read(listing.prefix, before) if before else None,
        after=ids.read(listing.prefix, after) if after else None,
    )  # fmt: skip
    return render(
        ask.request, "suppression/list.html", listing=listing, tabs=_tabs(listing.key),
        columns=_columns(ask, listing), entries=found.entries, entry_href=_entry_href,
        held=_held(ask, listing, found.entries), contacts_href=contacts_href,
        total=read.count(ask.tx, listing, sought, found),
        q=q, reason=reason, source=source, since=since,
        sought=any(sought.members), here=href(listing),
        file_href=href(listing, "/list.csv", **kept),
        reasons=[parts.Option("", "All reasons"), *options(listing)],
        links=_links(listing, found, **kept), warning=warning,
    )  # fmt: skip


def show_entry(
    ask: Ask, listing: Listing, entry: Entry, error: str | None = None, status: int = 200
) -> Response:
    return render(
        ask.request, "suppression/entry.html", status, listing=listing, entry=entry, error=error,
        list_href=href(listing), here=_entry_href(listing.key, entry),
        held=_held(ask, listing, [entry]), contacts_href=contacts_href,
        history=log.history(ask.tx, entry.id, limit=20),
    )  # fmt: skip


def sought_by(
    ask: Ask, listing: Listing, q: str, reason: str, source: str, since: str
) -> read.Sought:
    """What the fields of the page ask for, from a day of the person's own zone on; what cannot be
    read asks for nothing."""
    try:
        day = beginning(since, zone_of(ask.request))
    except ValueError:
        day = None
    return read.Sought(q, [reason] if reason in listing.reasons else [], source, day)


def href(listing: Listing, page: str = "", **asked: str) -> str:
    is_first = listing is EMAILS and not page
    path = "/suppression" if is_first else f"/suppression/{listing.key}{page}"
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path


def options(listing: Listing) -> list[parts.Option]:
    return [parts.Option(reason, label) for reason, label in listing.reasons.items()]


def _entry_href(key: str, entry: Entry) -> str:
    return f"/suppression/{key}/{ids.show(LISTS[key].prefix, entry.id)}"


def _links(listing: Listing, page: read.Page, **kept: str) -> dict[str, str | None]:
    """Where Previous and Next lead."""
    newer, older = None, None
    if page.entries and page.has_newer:
        newer = href(listing, **kept, after=ids.show(listing.prefix, page.entries[0].id))
    if page.entries and page.has_older:
        older = href(listing, **kept, before=ids.show(listing.prefix, page.entries[-1].id))
    return {"newer": newer, "older": older}


def _tabs(current: str) -> list[parts.Tab]:
    lists = [parts.Tab(one.label, href(one), one.key == current) for one in LISTS.values()]
    return [*lists, parts.Tab("Platform", "/suppression/platform", current == "platform")]


def _held(ask: Ask, listing: Listing, entries: Sequence[Entry]) -> dict[str, Count] | None:
    """By domain, for those who may see contacts."""
    if listing is not DOMAINS or not ask.who.may("contacts:read"):
        return None
    return held_back(ask.tx, [entry.name for entry in entries])


def _columns(ask: Ask, listing: Listing) -> list[parts.Column]:
    may_count = listing is DOMAINS and ask.who.may("contacts:read")
    return [
        parts.Column(listing.noun.capitalize(), "xl"), parts.Column("Reason", "l"),
        *([parts.Column("Holds back", "m", kind="number")] if may_count else []),
        parts.Column("Note"), parts.Column("Source", "m"), parts.Column("Added by", "m"),
        parts.Column("Added", "m"),
    ]  # fmt: skip
