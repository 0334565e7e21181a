"""The contact as the API shows it: the article's object and more (S3-04 … S3-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from nimbus.companies.company import CompanyOfContact, shown_part
from nimbus.db import ids
from nimbus.db.row import Names
from nimbus.fields import Catalogue


# Not frozen: a frozen dataclass takes three times as long to make, and a page makes 500.
@dataclass(slots=True)
class Score:
    """The three components, each from 0 to 100 (S0-53)."""

    fit: int | None
    engagement: int | None
    intent: int | None


@dataclass(slots=True)
class Engagement:
    """Counters of what happened; null until anything does (S0-55)."""

    total_sent: int | None
    total_opened: int | None
    total_clicked: int | None
    total_replied: int | None
    last_contacted_at: datetime | None
    last_opened_at: datetime | None
    last_replied_at: datetime | None
    last_activity_at: datetime | None


@dataclass(slots=True)
class Contact:
    """Members stand in the article's order; its last one is `updated_at`."""

    id: str
    workspace_id: str
    email: str
    first_name: str | None
    last_name: str | None
    full_name: str | None
    title: str | None
    seniority: str | None
    department: str | None
    phone: str | None
    mobile: str | None
    linkedin_url: str | None
    city: str | None
    state: str | None
    country: str | None
    time_zone: str | None
    lead_source: str | None
    lead_score: int | None
    icp_tier: str | None
    grade: str | None
    tags: list[str]
    verification_status: str
    is_enriched: bool
    is_deleted: bool
    company: CompanyOfContact | None
    custom_fields: dict[str, Any]
    created_at: datetime
    updated_at: datetime

    name_prefix: str | None
    name_suffix: str | None
    twitter_url: str | None
    role: str | None
    status: str
    owner_id: str | None
    external_id: str | None
    consent_status: str
    consent_type: str | None
    consent_date: date | None
    consent_source: str | None
    gdpr_basis: str | None
    enrichment_status: str
    client_id: str | None
    assigned_until: datetime | None
    deleted_at: datetime | None
    deletion_reason: str | None
    merged_into: str | None
    score: Score
    engagement: Engagement


# All of a page have the same.
@lru_cache(maxsize=1_000)
def _workspace(id: UUID) -> str:
    return ids.show("ws", id)


# Members that are not simply the column of their name.
_MADE = ("id", "workspace_id", "is_enriched", "company", "custom_fields", "owner_id", "client_id",
         "merged_into", "score", "engagement")  # fmt: skip
_PLAIN = tuple(name for name in Contact.__slots__ if name not in _MADE)

# A page shows hundreds: the columns are had all at once, with any in the places of made members.
_COLUMNS = Names(*(name if name in _PLAIN else "id" for name in Contact.__slots__))
_ENGAGEMENT = Names(*Engagement.__slots__)
_SCORE = Names("score_fit", "score_engagement", "score_intent")

# What a statement selects of `contact` so that `shown` and the pages can show it.
COLUMNS = (
    *_PLAIN, "id", "workspace_id", "enriched_at", "custom", "owner_id", "client_id", "merged_into",
    "score_fit", "score_engagement", "score_intent", "company_id", "email_key", "tier_rule_id",
    "scoring_model_id", "score_rules", *Engagement.__slots__,
)  # fmt: skip


def shown(row: Mapping[str, Any], catalogue: Catalogue) -> Contact:
    """A row with `COLUMNS` and its company's under `company_…`; phones stay as they were typed."""
    contact = Contact(*_COLUMNS.of(row))
    contact.id = ids.show("cont", row["id"])
    contact.workspace_id = _workspace(row["workspace_id"])
    contact.is_enriched = row["enriched_at"] is not None
    contact.company = shown_part(row)
    contact.custom_fields = custom_values(row["custom"], catalogue)
    contact.owner_id = _optional("user", row["owner_id"])
    contact.client_id = _optional("client", row["client_id"])
    contact.merged_into = _optional("cont", row["merged_into"])
    contact.score = Score(*_SCORE.of(row))
    contact.engagement = Engagement(*_ENGAGEMENT.of(row))
    return contact


def custom_values(held: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The values that a contact has, by the names of their fields; they are stored by id."""
    return {name: held[column] for column, name in catalogue.custom_names if column in held}


def _optional(prefix: ids.Prefix, id: UUID | None) -> str | None:
    return ids.show(prefix, id) if id else None
