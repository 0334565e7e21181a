"""What the API shows of imports, their rows and their mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.db import ids
from nimbus.fields import Catalogue
from nimbus.imports.find import ImportJobRow
from nimbus.imports.import_job import OUTCOMES, STAGES, ImportJob
from nimbus.imports.mapping import FieldMapping
from nimbus.imports.preview import PreviewReport, PreviewRow
from nimbus.imports.progress import rate, seconds_left
from nimbus.imports.propose import Proposal
from nimbus.imports.reasons import Names, message, until
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
class ShownImport:
    """Always `total = imported + updated + skipped + suppressed + errored` once complete (D-05);
    `unchanged` is a part of `updated`. `proposal` is there while the mapping is awaited."""

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
    skipped: int
    suppressed: int
    errored: int
    stages: dict[str, ShownStage]
    seconds_left: float | None
    warnings: list[str]
    field_mapping_id: str | None
    mapping: list[ShownColumn] | None
    proposal: list[ShownProposal] | None
    options: ShownOptions
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
    `held_by` tell of an assignment elsewhere, the name only within this workspace (D-15)."""

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


def shown(found: ImportJob, catalogue: Catalogue, proposed: Proposal | None = None) -> ShownImport:
    options = {key: found.options.get(key) for key in ShownOptions.__slots__}
    return ShownImport(
        id=ids.show("imp", found.id),
        client_id=ids.show("client", found.client_id),
        stages={stage: _stage(found, stage) for stage in STAGES if stage in found.stages},
        seconds_left=seconds_left(found),
        field_mapping_id=ids.show("fm", found.field_mapping_id) if found.field_mapping_id else None,
        mapping=columns(found.mapping, catalogue) if found.mapping is not None else None,
        proposal=_proposal(proposed) if proposed else None,
        options=ShownOptions(**options),  # type: ignore[arg-type]
        **{name: getattr(found, name) for name in _SAME},
    )


_SAME = (
    "name", "source", "status", "stage", "message", "total", "imported", "updated", "unchanged",
    "skipped", "suppressed", "errored", "warnings", "created_by", "created_at", "started_at",
    "finished_at",
)  # fmt: skip


def shown_row(row: ImportJobRow | PreviewRow, holders: Names) -> dict[str, Any]:
    """The members of a `ShownRow`; of a `PreviewedRow` they are the first."""
    detail = row.detail or {}
    if isinstance(row, PreviewRow):
        detail = {**detail, "until": row.until}
    return {
        "row": row.row_no,
        "line": row.line,
        "status": row.status,
        "reason": row.reason,
        "message": message(row.status, row.reason, detail, row.duplicate_of_row, holders),
        "email": row.email,
        "contact_id": _contact(row),
        "duplicate_of_row": row.duplicate_of_row,
        "assigned_until": until(detail),
        "held_by": holders.get(str(detail.get("held_by"))),
        "problems": detail.get("problems", []),
        "conflicts": detail.get("conflicts", []),
    }


def shown_preview(
    report: PreviewReport, mapping: Sequence[Mapping[str, Any]], catalogue: Catalogue,
    holders: Names,
) -> ShownPreview:  # fmt: skip
    who = ("full_name", "title", "company", "icp_tier", "lead_score", "grade")
    rows = [
        PreviewedRow(**shown_row(row, holders), **{name: getattr(row, name) for name in who})
        for row in report.rows
    ]
    counts = {outcome: report.counts[outcome] for outcome in OUTCOMES}
    return ShownPreview(len(rows), **counts, mapping=columns(mapping, catalogue), rows=rows)


def shown_mapping(found: FieldMapping, catalogue: Catalogue) -> ShownMapping:
    return ShownMapping(
        ids.show("fm", found.id), found.name, found.source, columns(found.columns, catalogue)
    )


def columns(mapping: Sequence[Mapping[str, Any]], catalogue: Catalogue) -> list[ShownColumn]:
    """A stored mapping by the keys of its fields; one that was deleted since is left out."""
    keys = {field.ref: field.key for field in catalogue}
    return [
        ShownColumn(
            one["column"], one["header"], keys.get(one["field"]), one["only_if_blank"],
            one["day_first"],
        )
        for one in mapping
    ]  # fmt: skip


def _stage(found: ImportJob, stage: str) -> ShownStage:
    known = found.stages[stage]
    return ShownStage(
        found.seconds[stage], known.get("done"), known.get("total"), rate(found, stage)
    )


def _proposal(proposed: Proposal) -> list[ShownProposal]:
    return [
        ShownProposal(
            one.index, one.header, list(one.samples), one.field_key, one.confidence, one.day_first,
            list(one.problems),
        )
        for one in proposed.columns
    ]  # fmt: skip


def _contact(row: ImportJobRow | PreviewRow) -> str | None:
    found: UUID | None = getattr(row, "contact_id", None)
    return ids.show("cont", found) if found else None
