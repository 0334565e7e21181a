"""What a query string asks of the list of contacts, and the query string that asks it (S0-11)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from nimbus.contacts.paging import CREATED_DESC, sort_of
from nimbus.contacts.read import ContactList, Shown
from nimbus.fields import Catalogue
from nimbus.filters import from_params, to_params

# What of the page's address is no filter.
OWN = ("q", "sort", "cursor", "view", "done", "operation")
HERE = "/contacts"
# Boxes of a form that have the same name.
TICKED = frozenset({"icp_tier", "grade", "status", "consent_status", "owner_id"})

Params = Iterable[tuple[str, str]]


def asked_by(params: Params, catalogue: Catalogue) -> ContactList:
    """The list that the page's address asks for. Raises Problem that names the parameter."""
    given = list(params)
    own = {name: text for name, text in given if name in OWN and text}
    shown: Shown = "deleted" if own.get("view") == "deleted" else "live"
    return ContactList(
        from_params(_ticked(given), catalogue, ignore=OWN),
        own.get("q", "").strip(),
        shown,
        sort_of(own["sort"]) if "sort" in own else CREATED_DESC,
    )


def query_of(asked: ContactList) -> list[tuple[str, str]]:
    """The parameters that ask for this list, the shortest way."""
    params = to_params(asked.filter) if asked.filter else []
    if asked.search:
        params.append(("q", asked.search))
    if asked.shown == "deleted":
        params.append(("view", "deleted"))
    if asked.sort != CREATED_DESC:
        params.append(("sort", asked.sort.key))
    return params


def href(asked: ContactList, cursor: str | None = None) -> str:
    """The page's address; commas stay as people write them."""
    return address_of(query_of(asked) + ([("cursor", cursor)] if cursor else []))


def address_of(params: Params) -> str:
    query = urlencode(list(params), safe=",", quote_via=quote)
    return f"{HERE}?{query}" if query else HERE


def _ticked(params: Params) -> list[tuple[str, str]]:
    """Boxes of a form that have the same name are one question: they become one, with commas."""
    joined: dict[str, str] = {}
    rest: list[tuple[str, str]] = []
    for name, text in params:
        if name in TICKED and text:
            joined[name] = f"{joined[name]},{text}" if name in joined else text
        else:
            rest.append((name, text))
    return [*joined.items(), *rest]
