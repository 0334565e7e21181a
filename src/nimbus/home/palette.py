"""The command palette, Ctrl+K: pages and actions beside what the rooms find; without a script the
page of a search (ui.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from nimbus.problems import Problem
from nimbus.web import fragment, is_part, palette, render
from nimbus.web.palette import Found, Source, begins, is_called
from nimbus.web.route import Ask, PageRouter
from nimbus.web.values import NO_NUL

HERE = "/search"
router = PageRouter()

# A place to go to, and the scope that it takes.
Place = tuple[Found, str | None]

ACTIONS: tuple[Place, ...] = (
    (Found("Add a contact", "/contacts/new", "user-plus", also=("New contact", "New person")),
     "contacts:write"),
    (Found("Import a file", "/contacts/import", "file-up", also=("New import", "Upload a CSV")),
     "imports:write"),
    (Found("Build a segment", "/segments/new", "layers", also=("New segment",)), "segments:write"),
    (Found("Suppress emails", "/suppression/emails/new", "ban",
           also=("Block emails", "Do not contact")), "suppression:write"),
    (Found("Create an API key", "/settings/keys", "key-round", also=("New key", "New API key")),
     "keys:write"),
    (Found("Invite somebody", "/settings/people", "user-plus",
           also=("New member", "Add a colleague")), "people:write"),
    (Found("Make a list", "/segments/new?kind=static", "list-checks",
           also=("New list", "Create a static list")), "segments:write"),
    (Found("Add a company", "/companies/new", "building-2", also=("New company",)),
     "contacts:write"),
    (Found("Add a webhook", "/settings/webhooks/new", "webhook", also=("New webhook",)),
     "webhooks:write"),
    (Found("Add a field", "/settings/fields#add-field", "table-2",
           also=("New field", "Custom field")), "settings:write"),
    (Found("Use the dark theme", "/theme/dark", "moon", also=("Dark theme", "Theme: dark")), None),
    (Found("Use the light theme", "/theme/light", "sun", also=("Light theme", "Theme: light")),
     None),
    (Found("Use the theme of the system", "/theme/auto", "monitor", also=("Theme: auto",)), None),
    (Found("Log out", "/logout", "log-out", also=("Sign out", "Leave")), None),
)  # fmt: skip


@router.at("GET", HERE, scope="contacts:read")
def search_page(
    ask: Ask, q: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = ""
) -> Response:
    """What is found everywhere; to the palette the list of it alone."""
    words = " ".join(q.split())
    found: list[palette.Group] = []
    problem: Problem | None = None
    try:
        found = palette.groups(ask, words)
    except Problem as wrong:
        if wrong.code == "too_expensive":  # The transaction may be over.
            raise
        problem = wrong
    context: dict[str, Any] = {"q": q, "words": words, "groups": found, "problem": problem}
    if is_part(ask.request):
        return fragment(ask.request, "home/search.html", "results", **context)
    return render(ask.request, "home/search.html", **context)


def sources(pages: Callable[[], Sequence[Place]]) -> tuple[Source, Source]:
    """The actions and the pages, each for those who may, what is called so first."""

    def among(places: Callable[[], Sequence[Place]], always: bool) -> Callable[..., list[Found]]:
        def find(ask: Ask, words: str) -> list[Found]:
            found = [
                one for one, scope in places()
                if (scope is None or ask.who.may(scope)) and (words or always)
                and begins(words, one.label, one.note, *one.also)
            ]  # fmt: skip
            return sorted(found, key=lambda one: bool(words) and not is_called(words, one))

        return find

    return (
        Source("Actions", "contacts:read", among(lambda: ACTIONS, True), leads=True),
        Source("Pages", "contacts:read", among(pages, False), leads=True),
    )
