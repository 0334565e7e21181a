"""Companies for people: the list of them (S0-07). The page of one, which shows its people, stands
in the room of contacts, which is above this one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from nimbus.companies import read
from nimbus.companies.read import PAGE_SORTS, CompanyList
from nimbus.db import ids
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.web import parts, render, toast
from nimbus.web.route import Ask, PageRouter
from nimbus.web.values import NO_NUL

HERE = "/companies"
router = PageRouter(HERE)

SIZE = 50
MOST_PEOPLE = PAGE_SORTS["people_desc"]
NEWEST = PAGE_SORTS["created_desc"]


@router.at("GET", "", scope="companies:read")
def companies_page(
    ask: Ask, q: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = "", sort: str = "",
    cursor: str = "", deleted: str = "", name: Annotated[str, Query(max_length=1_000)] = "",
    job: str = "",
) -> Response:  # fmt: skip
    """The newest first, or those with the most contacts. `deleted` is the operation of a form that
    has deleted the company of that name, `job` says that its contacts follow."""
    if deleted and made_by(ask.tx, ask.who, operation := ids.read("op", deleted)):
        # What a job is still at cannot be undone yet.
        words = f"{name} was deleted" + (". Its contacts follow in a job." if job else "")
        toast(ask.request, words, None if job else undo_href(operation))
    asked = CompanyList(q, None, PAGE_SORTS.get(sort, NEWEST))
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    page, total = asked.page(ask.tx, SIZE, seal.open(cursor) if cursor else None)
    first, last = page.start + 1, page.start + len(page.rows)
    about = "" if total.exact else "about "
    return render(
        ask.request, "companies/list.html", q=q, here=HERE, rows=page.rows, sort=asked.sort.key,
        people=read.people_of(ask.tx, [row["id"] for row in page.rows]), address=address,
        columns=_columns(asked), words=f"{first:,}–{last:,} of {about}{total.value:,}",
        previous=_href(asked, seal.close(page.previous)) if page.previous else None,
        next=_href(asked, seal.close(page.next)) if page.next else None,
    )  # fmt: skip


def address(company_id: UUID) -> str:
    return f"{HERE}/{ids.show('comp', company_id)}"


def _columns(asked: CompanyList) -> list[parts.Column]:
    by_people = asked.sort is MOST_PEOPLE
    other = CompanyList(asked.search, None, NEWEST if by_people else MOST_PEOPLE)
    return [
        parts.Column("Name", "xl"), parts.Column("Domain", "l", wide_only=True),
        parts.Column("Industry", "l", wide_only=True),
        parts.Column("Employees", "m", kind="number", wide_only=True),
        parts.Column("Country", "m", wide_only=True),
        parts.Column("Contacts", "m", _href(other), "descending" if by_people else None, "number"),
    ]  # fmt: skip


def _href(asked: CompanyList, cursor: str = "") -> str:
    sort = "" if asked.sort is NEWEST else asked.sort.key
    query = {"q": asked.search, "sort": sort, "cursor": cursor}
    told = urlencode({name: value for name, value in query.items() if value})
    return f"{HERE}?{told}" if told else HERE
