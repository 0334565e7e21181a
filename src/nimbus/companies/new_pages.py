"""Adding a company by hand (S0-07)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends
from starlette.responses import RedirectResponse, Response

from nimbus.companies import write
from nimbus.companies.form import Filled, filled, lines
from nimbus.companies.pages import HERE, address
from nimbus.db import ids
from nimbus.operations.operation import begun
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)


@router.at("GET", "/new", scope="contacts:write")
def new_company_page(ask: Ask) -> Response:
    return _page(ask, Filled())


@router.at("POST", "/new", scope="contacts:write")
def add_company_form(ask: Ask, given: Annotated[Filled, Depends(filled)]) -> Response:
    """A company of this domain, or without one of this name, may be here already: then it is shown,
    and asked whether these values are for it."""
    try:
        there = write.known(ask.tx, given.values)
        if there and not given.into:
            return _page(ask, given, there=there)
        (result,) = write.put(ask.tx, ask.who, "company.create", "web", [given.values])
        if result.problem:
            raise result.problem
    except Problem as problem:
        if problem.status >= 500:
            raise
        return _page(ask, given, problem)
    assert result.id  # noqa: S101 - whatever has no problem has a company
    done = {"created": "added", "updated": "edited"}.get(result.status)
    operation = begun(ask.tx)
    told = {done: ids.show("op", operation)} if done and operation else {}
    here = address(result.id)
    return RedirectResponse(f"{here}?{urlencode(told)}" if told else here, 303)


def _page(
    ask: Ask, given: Filled, problem: Problem | None = None, there: UUID | None = None
) -> Response:
    asked = lines()
    at = problem.field if problem else None
    return render(
        ask.request, "companies/new.html", problem.status if problem else 409 if there else 200,
        here=HERE, asked=asked, given=given.values, problem=problem, at=at,
        told=problem if problem and at not in {one.name for one in asked} else None,
        there=address(there) if there else "",
    )  # fmt: skip
