"""What the API shows of imports, their rows and their mappings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from nimbus.web.paging import Meta


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of the file and the field that it goes to; null leaves it out."""

    column: int
    header: str
    field: str | None
    only_if_blank: bool
    day_first: bool | None


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """What a column is probably for: `confidence` is header, content or none."""

    column: int
    header: str
    samples: list[str]
    field: str | None
    confidence: str
    day_first: bool | None
    problems: list[str]


@dataclass(frozen=True, slots=True)
class ShownStage:
    seconds: float
    done: int | None
    total: int | None
    rows_per_second: float | None


@dataclass(frozen=True, slots=True)
class ShownOptions:
    dedup_behavior: str
    in_trash: str
    defaults: dict[str, str]
    encoding: str | None
    delimiter: str | None
    enrich: bool
    force_refresh: bool


@dataclass(frozen=True, slots=True)
class ShownRollback:
    """The rollback of an import, or with `operation` = `undo` the undoing of it, whichever was
    last. `done` and `total` count changes."""

    operation: Literal["rollback", "undo"]
    status: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    done: int
    total: int | None
    message: str | None
    contacts_trashed: int
    contacts_restored: int
    contacts_kept: int
    companies_removed: int
    companies_restored: int
    companies_kept: int
    started_by: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownImport:
    """Always `total = imported + updated + skipped + suppressed + errored` once complete or
    cancelled (D-05); `unchanged` is a part of `updated`, and `repeated` of `skipped`: rows whose
    email an earlier row of the file has, which took over their values. `proposal` is there while
    the mapping is awaited. `worker_is_running` says whether anybody works on what waits or runs;
    null when it does neither (G-05)."""

    id: str
    name: str
    source: str
    status: str
    stage: str | None
    message: str | None
    client_id: str
    total: int
    imported: int
    updated: int
    unchanged: int
    consent_protected: int
    skipped: int
    suppressed: int
    errored: int
    repeated: int
    stages: dict[str, ShownStage]
    seconds_left: float | None
    worker_is_running: bool | None
    warnings: list[str]
    field_mapping_id: str | None
    mapping: list[ShownColumn] | None
    proposal: list[ShownProposal] | None
    options: ShownOptions
    rollback: ShownRollback | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ImportPage:
    data: list[ShownImport]
    meta: Meta


@dataclass(frozen=True, slots=True)
class ShownRow:
    """The one outcome of a row: `reason` for programs, `message` for people. `assigned_until` and
    `held_by` tell of an assignment elsewhere, the name only within this workspace (D-15).
    `consent_protected` says that the row would have loosened a consent or a status, which was left
    as it is (G-02)."""

    row: int
    line: int
    status: str
    reason: str | None
    message: str
    email: str | None
    contact_id: str | None
    duplicate_of_row: int | None
    assigned_until: datetime | None
    held_by: str | None
    problems: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    consent_protected: bool


@dataclass(frozen=True, slots=True)
class RowPage:
    data: list[ShownRow]
    meta: Meta


@dataclass(frozen=True, slots=True)
class PreviewedRow(ShownRow):
    """A row that was only tried, with what the contact would be."""

    full_name: str | None
    title: str | None
    company: str | None
    icp_tier: str | None
    lead_score: int | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """What the first 100 rows would become; nothing of it was written (S1-71)."""

    total: int
    imported: int
    updated: int
    skipped: int
    suppressed: int
    errored: int
    mapping: list[ShownColumn]
    rows: list[PreviewedRow]


@dataclass(frozen=True, slots=True)
class ShownMapping:
    id: str
    name: str
    source: str
    columns: list[ShownColumn]


@dataclass(frozen=True, slots=True)
class MappingList:
    data: list[ShownMapping]
