"""Companies for programs: `GET /api/v1/companies/` and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query

from nimbus.companies.company import Company, shown
from nimbus.companies.read import SORTS, CompanyList, one
from nimbus.db import ids
from nimbus.problems import invalid
from nimbus.web.paging import Meta, meta
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/companies", "companies")

OWN = ("page_size", "cursor", "search", "domain", "sort")


@dataclass(frozen=True, slots=True)
class CompanyPage:
    data: list[Company]
    meta: Meta


@router.at("GET", "/", scope="companies:read", answers=CompanyPage)
def list_companies(
    ask: Ask,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    search: Annotated[str, Query(max_length=200, description="A part of name or domain.")] = "",
    domain: Annotated[str | None, Query(max_length=253, description="The whole domain.")] = None,
    sort: Literal["created_desc", "created_asc"] = "created_desc",
) -> CompanyPage:
    for name in ask.request.query_params:
        if name not in OWN:
            raise invalid(f"“{name[:80]}” cannot be asked here. Allowed: {', '.join(OWN)}.", name)
    asked = CompanyList(search, _clean(domain), SORTS[sort])
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    page, total = asked.page(ask.tx, page_size, seal.open(cursor) if cursor else None)
    return CompanyPage([shown(row) for row in page.rows], meta(page, seal, total))


@router.at("GET", "/{id}/", scope="companies:read", answers=Company)
def read_company(ask: Ask, id: str) -> Company:
    row = one(ask.tx, ids.read("comp", id))
    if row is None:
        raise ids.missing("comp")
    return shown(row)


def _clean(domain: str | None) -> str | None:
    return domain.replace("\0", "").strip().lower() or None if domain else None
