"""The company as the API shows it, whole and as the part of a contact (S0-07, S3-12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nimbus.db import ids
from nimbus.db.row import Names

# The columns that a statement which joins the company `k` to a contact selects of it.
PARTS = ("name", "domain", "industry", "employee_count", "revenue_band")
_PARTS = Names(*(f"company_{name}" for name in PARTS))


@dataclass(slots=True)
class CompanyOfContact:
    """What a contact shows of its company (S3-12)."""

    id: str
    name: str | None
    domain: str | None
    industry: str | None
    employee_count: int | None
    revenue_band: str | None


@dataclass(frozen=True, slots=True)
class Company:
    id: str
    workspace_id: str
    name: str | None
    domain: str | None
    website: str | None
    industry: str | None
    employee_count: int | None
    revenue_band: str | None
    tech_stack: list[str]
    phone: str | None
    linkedin_url: str | None
    city: str | None
    state: str | None
    country: str | None
    created_at: datetime
    updated_at: datetime


def shown(row: Mapping[str, Any]) -> Company:
    """A row of `company`."""
    rest = {name: row[name] for name in Company.__slots__ if name not in ("id", "workspace_id")}
    return Company(ids.show("comp", row["id"]), ids.show("ws", row["workspace_id"]), **rest)


def shown_part(row: Mapping[str, Any]) -> CompanyOfContact | None:
    """The company of a row that has its columns under `company_…`."""
    if row["company_id"] is None:
        return None
    return CompanyOfContact(ids.show("comp", row["company_id"]), *_PARTS.of(row))
