"""What goes in and comes out of the API of companies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nimbus.companies.company import Company
from nimbus.web.bulk import RowError
from nimbus.web.values import WHOLE

MOST = 1_000
Text = Annotated[str | None, Field(max_length=1_000)]
Tool = Annotated[str, Field(max_length=100)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1, strict=True), WHOLE] | None


class GivenCompany(BaseModel):
    """A company is found by `domain`, else by `name`; null is a blank."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[Text, Field(examples=["Northwind"])] = None
    domain: Annotated[Text, Field(examples=["example.com"])] = None
    website: Text = None
    industry: Text = None
    employee_count: Count = None
    revenue_band: Text = None
    tech_stack: Annotated[
        list[Annotated[str, Field(max_length=100)]] | None, Field(max_length=500)
    ] = None
    phone: Annotated[str | None, Field(max_length=64)] = None
    linkedin_url: Text = None
    city: Text = None
    state: Text = None
    country: Text = None

    def members(self) -> dict[str, Any]:
        """Those that were sent."""
        return self.model_dump(include=self.model_fields_set)


class BulkCompanies(BaseModel):
    model_config = ConfigDict(extra="forbid")

    companies: Annotated[list[GivenCompany], Field(min_length=1, max_length=MOST)]


@dataclass(slots=True)
class CompanyRow:
    index: int
    status: Literal["created", "updated", "unchanged", "invalid"]
    id: str | None
    error: RowError | None


@dataclass(slots=True)
class CompanyCounts:
    created: int
    updated: int
    unchanged: int
    invalid: int


@dataclass(slots=True)
class BulkCompaniesAnswer:
    data: list[CompanyRow]
    meta: CompanyCounts


@dataclass(slots=True)
class Affected:
    """How many contacts show the change, and the job that carries it to them, where many."""

    affected_contacts: int
    job_id: str | None


@dataclass(slots=True)
class CompanyMeta(Affected):
    """`warnings` name the texts that were read as nothing."""

    warnings: list[str]


@dataclass(frozen=True, slots=True)
class EditedCompany(Company):
    meta: CompanyMeta


@dataclass(frozen=True, slots=True)
class ChangedCompany(Company):
    meta: Affected
