"""Settings of the tags: which there are, giving one another name, merging two, and deleting one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Form, Query
from starlette.responses import RedirectResponse, Response

from nimbus.contacts import tags
from nimbus.operations.references import Thing, references
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter
from nimbus.web.timely import timely
from nimbus.web.values import NO_NUL

router = PageRouter("/settings/tags")
HERE = "/settings/tags"
PAGE = 100
Text = Annotated[str, Form()]
Asked = Annotated[str, Query(max_length=200, pattern=NO_NUL)]

DONE = {
    "renamed": "The tag was renamed",
    "merged": "The tags were merged",
    "deleted": "The tag was deleted",
}
SOON = " Its contacts follow in a job."


def address(name: str) -> str:
    return f"{HERE}/one?{urlencode({'tag': name})}"


@router.at("GET", "", scope="contacts:read")
def tags_page(
    ask: Ask, q: Asked = "", after: Asked = "", done: str = "", job: str = "", all: str = ""
) -> Response:
    """By name, a page at a time; those of many contacts once the page is there, for `all`."""
    told = DONE.get(done, "") + (SOON if job and done in DONE else "")
    if not (all or q or after) and tags.many(ask.tx):
        return render(ask.request, "contacts/tags_later.html", done=told, here=HERE)
    with timely(ask.tx):
        found = tags.tags(ask.tx, q.strip(), after or None, PAGE + 1)
    following = found[PAGE - 1].name if len(found) > PAGE else None
    query = {"q": q, "after": following} if q else {"after": following}
    return render(
        ask.request, "contacts/tags.html", tags=found[:PAGE], q=q, after=after, address=address,
        done=told, quote=quote, here=HERE,
        following=f"{HERE}?{urlencode(query)}" if following else None,
        first=f"{HERE}?{urlencode({'q': q})}" if q else HERE,
    )  # fmt: skip


@router.at("GET", "/one", scope="contacts:write")
def tag_page(ask: Ask, tag: Asked) -> Response:
    return _page(ask, tags.require(ask.tx, tag))


@router.at("POST", "/name", scope="contacts:write")
def rename_tag_form(ask: Ask, tag: Asked, name: Text = "", merge: Text = "") -> Response:
    """The name of another tag merges the two, once that is meant."""
    known = tags.require(ask.tx, tag)
    try:
        other = tags.read_name(name, "to")
        both = other != known and bool(references(ask.tx, Thing("tag", other)))
        if both and not merge:
            return _page(ask, known, name=other, other=other)
        moved = tags.rename(ask.tx, ask.who, known, name).moved
    except Problem as problem:
        return _page(ask, known, name=name, problem=problem)
    return _back("merged" if both else "renamed", moved.job_id is not None)


@router.at("POST", "/deletion", scope="contacts:write")
def delete_tag_form(ask: Ask, tag: Asked) -> Response:
    """The page has listed what uses the tag, so this is meant."""
    known = tags.require(ask.tx, tag)
    try:
        moved = tags.delete(ask.tx, ask.who, known, force=True)
    except Problem as problem:
        return _page(ask, known, problem=problem)
    return _back("deleted", moved.job_id is not None)


def _back(done: str, by_job: bool) -> Response:
    told = {"done": done, "job": "1"} if by_job else {"done": done}
    return RedirectResponse(f"{HERE}?{urlencode(told)}", 303)


def _page(
    ask: Ask, tag: str, *, name: str | None = None, other: str = "",
    problem: Problem | None = None,
) -> Response:  # fmt: skip
    """`other` is a tag of the wanted name, which is to be confirmed."""
    status = problem.status if problem else 409 if other else 200
    return render(
        ask.request, "contacts/tag.html", status=status, tag=tag,
        name=tag if name is None else name, other=other, problem=problem, here=HERE, quote=quote,
        query=urlencode({"tag": tag}), uses=references(ask.tx, Thing("tag", tag)),
        offered=[one for one in tags.suggested(ask.tx) if one != tag],
    )  # fmt: skip
