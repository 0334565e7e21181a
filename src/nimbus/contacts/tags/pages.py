"""Settings of the tags: which there are, adding one, its name and its colour, merging, deleting."""

from __future__ import annotations

from html import escape
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nimbus.contacts.tags import kept as tag_kept
from nimbus.contacts.tags import tags
from nimbus.contacts.tags.kept import COLOURS, PLAIN, Colour
from nimbus.db import ids
from nimbus.operations.operation import begun
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by, why_of
from nimbus.operations.references import Thing, references
from nimbus.problems import Problem
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter
from nimbus.web.timely import timely
from nimbus.web.values import NO_NUL

router = PageRouter("/settings/tags")
HERE = "/settings/tags"
PAGE = 100
MOST_TYPED = 2_000
Text = Annotated[str, Form()]
Asked = Annotated[str, Query(max_length=200, pattern=NO_NUL)]

DONE = {
    "added": "The tag was added",
    "coloured": "The tag has another colour",
    "renamed": "The tag was renamed",
    "merged": "The tags were merged",
    "deleted": "The tag was deleted",
}
# Of these the log says how the tags are called.
NAMED = frozenset({"added", "renamed", "merged"})
SOON = ". Its contacts follow in a job."


def address(name: str) -> str:
    return f"{HERE}/one?{urlencode({'tag': name})}"


@router.at("GET", "", scope="contacts:read")
def tags_page(
    ask: Ask, q: Asked = "", after: Asked = "", done: str = "", operation: str = "",
    job: str = "", all: str = "", contacts: Annotated[int, Query(ge=0)] = 0,
) -> Response:  # fmt: skip
    """By name, a page at a time; those of many contacts once the page is there, for `all`."""
    if done in DONE and not all:
        # What a job is still at cannot be undone yet.
        id = ids.read("op", operation) if operation else None
        lose = f": {contacts:,} contact{'s lose' if contacts > 1 else ' loses'} it"
        words = DONE[done] + (lose if done == "deleted" and contacts else "")
        if id is None:
            toast(ask.request, words)
        elif made_by(ask.tx, ask.who, id):
            words += f": {why_of(ask.tx, id)}" if done in NAMED else ""
            toast(ask.request, words + (SOON if job else ""), None if job else undo_href(id))
    if not all and tags.many(ask.tx):
        asked = {"all": "1", "q": q, "after": after}
        later = urlencode({name: value for name, value in asked.items() if value})
        return render(ask.request, "contacts/tags_later.html", later=f"{HERE}?{later}")
    with timely(ask.tx):
        found = tags.tags(ask.tx, q.strip(), after or None, PAGE + 1)
    following = found[PAGE - 1].name if len(found) > PAGE else None
    query = {"q": q, "after": following} if q else {"after": following}
    return render(
        ask.request, "contacts/tags.html", tags=found[:PAGE], q=q, after=after, address=address,
        quote=quote, here=HERE,
        following=f"{HERE}?{urlencode(query)}" if following else None,
        first=f"{HERE}?{urlencode({'q': q})}" if q else HERE,
    )  # fmt: skip


@router.at("GET", "/new", scope="contacts:write")
def new_tag_page(ask: Ask) -> Response:
    return _new(ask)


@router.at("POST", "", scope="contacts:write")
def add_tag_form(ask: Ask, name: Text = "", colour: Text = PLAIN) -> Response:
    try:
        tags.add(ask.tx, ask.who, name, _colour(colour))
    except Problem as problem:
        return _new(ask, name, colour, problem)
    return _back(ask, "added")


@router.at("GET", "/called", scope="contacts:read")
def called_tags(ask: Ask) -> Response:
    """What the tags that are being typed will be called, in whichever field."""
    typed = ", ".join(value for _, value in ask.request.query_params.multi_items())
    told = tags.called(typed[:MOST_TYPED])
    return HTMLResponse(escape(f"Kept as {' and '.join(told)}." if told else ""))


@router.at("GET", "/one", scope="contacts:write")
def tag_page(ask: Ask, tag: Asked) -> Response:
    return _page(ask, tags.require(ask.tx, tag))


@router.at("POST", "/colour", scope="contacts:write")
def colour_tag_form(ask: Ask, tag: Asked, colour: Text = PLAIN) -> Response:
    changed = tags.colour(ask.tx, ask.who, tags.require(ask.tx, tag), _colour(colour))
    return _back(ask, "coloured" if changed else "")


@router.at("POST", "/name", scope="contacts:write")
def rename_tag_form(ask: Ask, tag: Asked, name: Text = "", merge: Text = "") -> Response:
    """The name of another tag merges the two, once that is meant."""
    known = tags.require(ask.tx, tag)
    try:
        other = tags.read_name(name, "to")
        both = other != known and tags.is_known(ask.tx, other)
        if both and not merge:
            return _page(ask, known, name=other, other=other)
        moved = tags.rename(ask.tx, ask.who, known, name).moved
    except Problem as problem:
        return _page(ask, known, name=name, problem=problem)
    return _back(ask, "merged" if both else "renamed", moved.job_id is not None)


@router.at("POST", "/deletion", scope="contacts:write")
def delete_tag_form(ask: Ask, tag: Asked) -> Response:
    """The page has listed what uses the tag, so this is meant."""
    known = tags.require(ask.tx, tag)
    try:
        moved = tags.delete(ask.tx, ask.who, known, force=True)
    except Problem as problem:
        return _page(ask, known, problem=problem)
    return _back(ask, "deleted", moved.job_id is not None, moved.contacts)


def _colour(given: str) -> Colour:
    """What no form sends is the plain one."""
    return next((one for one in COLOURS if one == given), PLAIN)


def _back(ask: Ask, done: str, by_job: bool = False, contacts: int = 0) -> Response:
    operation = begun(ask.tx)
    told = {
        "done": done,
        "operation": ids.show("op", operation) if operation else "",
        "job": "1" if by_job else "",
        "contacts": str(contacts or ""),
    }
    query = urlencode({name: value for name, value in told.items() if value and done})
    return RedirectResponse(f"{HERE}?{query}" if query else HERE, 303)


def _new(ask: Ask, name: str = "", colour: str = PLAIN, problem: Problem | None = None) -> Response:
    return render(
        ask.request, "contacts/tag_new.html", status=problem.status if problem else 200,
        name=name, colour=_colour(colour), colours=COLOURS, problem=problem, here=HERE,
    )  # fmt: skip


def _page(
    ask: Ask, tag: str, *, name: str | None = None, other: str = "",
    problem: Problem | None = None,
) -> Response:  # fmt: skip
    """`other` is a tag of the wanted name, which is to be confirmed."""
    status = problem.status if problem else 409 if other else 200
    kept = tag_kept.find(ask.tx, tag)
    return render(
        ask.request, "contacts/tag.html", status=status, tag=tag,
        name=tag if name is None else name, other=other, problem=problem, here=HERE, quote=quote,
        query=urlencode({"tag": tag}), uses=references(ask.tx, Thing("tag", tag)),
        offered=[one for one in tags.suggested(ask.tx) if one != tag],
        colour=kept.colour if kept else PLAIN, colours=COLOURS,
    )  # fmt: skip
