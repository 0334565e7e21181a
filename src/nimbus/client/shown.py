"""What the API shows, as types. A test compares them with the OpenAPI document; a server that is
newer may show more, which is left out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


class Shown(msgspec.Struct, kw_only=True):
    """Something that the API shows."""


class CompanyOfContact(Shown):
    id: str
    name: str | None
    domain: str | None
    industry: str | None
    employee_count: int | None
    revenue_band: str | None


class Company(CompanyOfContact):
    workspace_id: str
    website: str | None
    tech_stack: list[str]
    phone: str | None
    linkedin_url: str | None
    city: str | None
    state: str | None
    country: str | None
    created_at: datetime
    updated_at: datetime


class Score(Shown):
    """The components, each from 0 to 100; None where it is not known."""

    fit: int | None
    engagement: int | None
    intent: int | None


class Engagement(Shown):
    """Counters of what happened; None until anything does."""

    total_sent: int | None
    total_opened: int | None
    total_clicked: int | None
    total_replied: int | None
    last_contacted_at: datetime | None
    last_opened_at: datetime | None
    last_replied_at: datetime | None
    last_activity_at: datetime | None


class Written(Shown):
    """What a write did: `outcome` is created, updated, unchanged, skipped …; `changed` names the
    fields that have another value now."""

    outcome: str
    changed: list[str]
    warnings: list[str] = []


class Contact(Shown):
    """A contact; `meta` is there after a write."""

    id: str
    workspace_id: str
    email: str
    first_name: str | None
    last_name: str | None
    full_name: str | None
    name_prefix: str | None
    name_suffix: str | None
    title: str | None
    seniority: str | None
    department: str | None
    phone: str | None
    mobile: str | None
    linkedin_url: str | None
    twitter_url: str | None
    city: str | None
    state: str | None
    country: str | None
    time_zone: str | None
    role: str | None
    status: str
    owner_id: str | None
    external_id: str | None
    lead_source: str | None
    lead_score: int | None
    icp_tier: str | None
    grade: str | None
    score: Score
    engagement: Engagement
    tags: list[str]
    custom_fields: dict[str, Any]
    company: CompanyOfContact | None
    verification_status: str
    enrichment_status: str
    is_enriched: bool
    consent_status: str
    consent_type: str | None
    consent_date: date | None
    consent_source: str | None
    gdpr_basis: str | None
    client_id: str | None
    assigned_until: datetime | None
    is_deleted: bool
    deleted_at: datetime | None
    deletion_reason: str | None
    merged_into: str | None
    created_at: datetime
    updated_at: datetime
    meta: Written | None = None


class PageMeta(Shown):
    """`total_count` is an estimate where `total_is_exact` is false. What is never many is listed
    whole, without a cursor."""

    total_count: int
    next_cursor: str | None = None
    has_more: bool = False
    total_is_exact: bool = True


class Page(Shown, Generic[T]):
    data: list[T]
    meta: PageMeta


class BulkRow(Shown):
    """What became of the row at `index`: `status` is created, updated, unchanged, skipped,
    suppressed or invalid."""

    index: int
    status: str
    id: str | None
    reason: str | None
    error: dict[str, Any] | None
    duplicate_of: int | None
    warnings: list[str]


class Bulk(Shown):
    data: list[BulkRow]
    meta: dict[str, Any]


class Event(Shown):
    """Something that happened with a contact; events never change."""

    id: str
    contact_id: str
    type: str
    at: datetime


class CustomField(Shown):
    id: str
    name: str
    display_label: str
    field_type: str
    options: list[str]
    fallback_value: str | None
    created_at: datetime


class Segment(Shown):
    """`kind` is dynamic, with a `filter`, or static, a list by hand."""

    id: str
    name: str
    kind: str
    description: str
    filter: dict[str, Any] | None
    sentence: str | None
    problems: list[str]
    created_by: str
    created_at: datetime
    updated_at: datetime


class SegmentCount(Shown):
    """`sendable` and `suppressed` are parts of `total`; `deleted` are not in the segment."""

    total: int
    sendable: int
    suppressed: int
    deleted: int
    is_exact: bool
    took_ms: int


class Webhook(Shown):
    """`secret` is there where it was made or rotated, and never again."""

    id: str
    url: str
    event_types: list[str]
    description: str | None
    filter: dict[str, Any] | None
    mode: str
    skip_own: bool
    is_active: bool
    stopped: str | None
    created_at: datetime
    secret: str | None = None


class ImportJob(Shown):
    """`total = imported + updated + skipped + suppressed + errored` once it is complete."""

    id: str
    name: str
    status: str
    stage: str | None
    message: str | None
    total: int
    imported: int
    updated: int
    unchanged: int
    consent_protected: int
    skipped: int
    suppressed: int
    errored: int
    repeated: int
    warnings: list[str]
    field_mapping_id: str | None
    proposal: list[dict[str, Any]] | None
    created_at: datetime
