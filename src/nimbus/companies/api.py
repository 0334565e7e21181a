"""Companies for programs: `/api/v1/companies/` (S0-07, S0-26)."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.responses import Response

from nimbus.companies import edit, given, read, write
from nimbus.companies.company import Company, shown
from nimbus.companies.fields import COMPANY_FIELDS
from nimbus.companies.read import SORTS, CompanyList
from nimbus.companies.shapes import (
    BulkCompanies,
    BulkCompaniesAnswer,
    CompanyCounts,
    CompanyMeta,
    CompanyRow,
    EditedCompany,
    GivenCompany,
)
from nimbus.companies.write import Result
from nimbus.db import ids
from nimbus.filters import from_params, refuse_blank
from nimbus.jobs import job
from nimbus.operations.references import Thing, references
from nimbus.operations.shapes import ReferenceList, listed
from nimbus.web.bulk import row_error
from nimbus.web.etag import IfMatch, IfNoneMatch, seen, tagged
from nimbus.web.openapi import TAGGED
from nimbus.web.paging import Meta, meta
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import NO_NUL, FromPage

router = ApiRouter("/api/v1/companies", "companies")

OWN = ("page_size", "cursor", "search", "sort")
# Blank it would answer every company.
NOT_BLANK = ("search",)


@dataclass(frozen=True, slots=True)
class CompanyPage:
    data: list[Company]
    meta: Meta


def _asked(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description,
            "schema": {"type": "string", **schema}}  # fmt: skip


# Read from the query string by the fields, as is any other `field=` or `field__op=`.
FILTERS = {
    "parameters": [
        _asked("domain", "The whole domain.", minLength=1, examples=["example.com"]),
        _asked("industry", "Whatever its case.", minLength=1),
        _asked("country", "ISO codes, with commas.", minLength=1, examples=["DE,AT"]),
        _asked("employee_count__gte", "At least so many.", pattern="^[0-9]{1,9}$"),
        _asked("employee_count__lte", "At most so many.", pattern="^[0-9]{1,9}$"),
    ]
}  # fmt: skip
HERE: dict[int | str, dict[str, Any]] = {
    200: {"model": Company, "description": "The company was here already.", "headers": TAGGED},
    201: {"headers": TAGGED},
}


@router.at("GET", "/", scope="companies:read", answers=CompanyPage, openapi_extra=FILTERS)
def list_companies(
    ask: Ask,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: FromPage = None,
    search: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=NO_NUL,
            description="A part of name or domain.",
            json_schema_extra={"minLength": 1},
        ),
    ] = None,
    sort: Literal["created_desc", "created_asc"] = "created_desc",
) -> CompanyPage:
    """Companies, by any of their fields in the language of the filters of contacts."""
    params = ask.request.query_params.multi_items()
    refuse_blank(params, NOT_BLANK)
    filter = from_params(params, COMPANY_FIELDS, ignore=OWN, blanks=False)
    asked = CompanyList(search or "", filter, SORTS[sort])
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    page, total = asked.page(ask.tx, page_size, seal.open(cursor) if cursor else None)
    return CompanyPage([shown(row) for row in page.rows], meta(page, seal, total))


@router.at("POST", "/", scope="contacts:write", answers=Company, status=201, responses=HERE)
def create_company(ask: Ask, body: GivenCompany) -> Response:
    """Create a company. One of the same domain, or without one of the same name, is updated by what
    is not blank, which answers 200."""
    (result,) = write.put(ask.tx, ask.who, "company.create", "api", [body.members()])
    if result.problem:
        raise result.problem
    assert result.id  # noqa: S101 - whatever has no problem has a company
    found = edit.state(ask.tx, result.id)
    status = 201 if result.status == "created" else 200
    return tagged(shown(found.row), found.tag, status=status)


@router.at("POST", "/bulk/", scope="contacts:write", answers=BulkCompaniesAnswer)
def create_companies(ask: Ask, body: BulkCompanies) -> BulkCompaniesAnswer:
    """Create or update up to 1,000 companies in one transaction; each row has its own status, in
    the order in which they were sent."""
    rows = [row.members() for row in body.companies]
    results = write.put(ask.tx, ask.who, "company.bulk_create", "api", rows)
    counts = Counter(result.status for result in results)
    return BulkCompaniesAnswer(
        [_row(index, result) for index, result in enumerate(results)],
        CompanyCounts(counts["created"], counts["updated"], counts["unchanged"], counts["invalid"]),
    )


@router.at("GET", "/{id}/", scope="companies:read", answers=Company)
def read_company(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One company."""
    found = edit.state(ask.tx, ids.read("comp", id))
    return tagged(shown(found.row), found.tag, if_none_match)


@router.at("PATCH", "/{id}/", scope="contacts:write", answers=EditedCompany)
def change_company(ask: Ask, id: str, body: GivenCompany, if_match: IfMatch = None) -> Response:
    """Change a company, and with it what all of its contacts show (S0-26); null clears. Their tiers
    and scores follow."""
    company_id = ids.read("comp", id)
    members = body.members()
    edit.update(ask.tx, ask.who, "api", company_id, members, seen(if_match))
    now = edit.state(ask.tx, company_id)
    company = shown(now.row)
    job_id = job.joined(ask.tx)
    told = CompanyMeta(
        read.people(ask.tx, company_id),
        ids.show("job", job_id) if job_id else None,
        given.warnings(members),
    )
    return tagged(EditedCompany(**asdict(company), meta=told), now.tag)


@router.at("GET", "/{id}/references/", scope="companies:read", answers=ReferenceList)
def list_company_references(ask: Ask, id: str) -> dict[str, object]:
    """What uses the company: its contacts (G-33)."""
    found = edit.state(ask.tx, ids.read("comp", id))
    return listed(references(ask.tx, Thing("company", str(found.row["id"]))))


def _row(index: int, result: Result) -> CompanyRow:
    shown_id = ids.show("comp", result.id) if result.id else None
    return CompanyRow(index, result.status, shown_id, row_error(result.problem))
