"""Imports, rows and mappings as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from nimbus.db import ids
from nimbus.fields import Catalogue
from nimbus.imports.find import ImportJobRow
from nimbus.imports.import_job import OUTCOMES, RUNNING, STAGES, ImportJob
from nimbus.imports.mapping import FieldMapping
from nimbus.imports.preview import PreviewReport, PreviewRow
from nimbus.imports.progress import rate, seconds_left
from nimbus.imports.proposal.propose import Proposal
from nimbus.imports.reasons import Around, message, until
from nimbus.imports.rollback import ROLLBACK
from nimbus.imports.saved_mappings import SavedMapping
from nimbus.imports.shapes import (
    PreviewedRow,
    ShownColumn,
    ShownImport,
    ShownMapping,
    ShownOptions,
    ShownPreview,
    ShownProposal,
    ShownRollback,
    ShownStage,
)
from nimbus.operations.undo_job import Undo


def shown(
    found: ImportJob, catalogue: Catalogue, worker: bool, last: Undo | None = None,
    proposed: Proposal | None = None,
) -> ShownImport:  # fmt: skip
    """An import, with its rollback or the undoing of it, whichever was last; `worker` is whether
    any worker lives."""
    options = {key: found.options.get(key) for key in ShownOptions.__slots__}
    return ShownImport(
        id=ids.show("imp", found.id),
        client_id=ids.show("client", found.client_id),
        stages={stage: _stage(found, stage) for stage in STAGES if stage in found.stages},
        seconds_left=seconds_left(found),
        worker_is_running=worker if found.status in RUNNING else None,
        field_mapping_id=ids.show("fm", found.field_mapping_id) if found.field_mapping_id else None,
        mapping=columns(found.mapping, catalogue) if found.mapping is not None else None,
        proposal=_proposal(proposed) if proposed else None,
        options=ShownOptions(**options),  # type: ignore[arg-type]
        rollback=shown_rollback(last) if last else None,
        **{name: getattr(found, name) for name in _SAME},
    )


def shown_rollback(last: Undo) -> ShownRollback:
    counts = last.counts
    return ShownRollback(
        operation="rollback" if last.kind == ROLLBACK else "undo",
        status=last.status,
        done=last.done,
        total=last.total,
        message=last.message,
        contacts_trashed=counts.get("contact_trashed", 0),
        contacts_restored=counts.get("contact_restored", 0),
        contacts_kept=counts.get("contact_kept", 0),
        companies_removed=counts.get("company_removed", 0),
        companies_restored=counts.get("company_restored", 0),
        companies_kept=counts.get("company_kept", 0),
        started_by=last.actor_name,
        started_at=last.at,
        finished_at=last.finished_at,
    )


_SAME = (
    "name", "source", "status", "stage", "message", "total", "imported", "updated", "unchanged",
    "consent_protected", "skipped", "suppressed", "errored", "repeated", "warnings", "created_by",
    "created_at", "started_at", "finished_at",
)  # fmt: skip


def shown_row(row: ImportJobRow | PreviewRow, around: Around) -> dict[str, Any]:
    """The members of a `ShownRow`; of a `PreviewedRow` they are the first."""
    detail = row.detail or {}
    if isinstance(row, PreviewRow):
        detail = {**detail, "until": row.until}
    return {
        "row": row.row_no,
        "line": row.line,
        "status": row.status,
        "reason": row.reason,
        "message": message(row.status, row.reason, detail, row.duplicate_of_row, around),
        "email": row.email,
        "contact_id": _contact(row),
        "duplicate_of_row": row.duplicate_of_row,
        "assigned_until": until(detail),
        "held_by": around.holder(detail),
        "problems": detail.get("problems", []),
        "conflicts": detail.get("conflicts", []),
        "consent_protected": bool(detail.get("consent_protected")),
    }


def shown_preview(
    report: PreviewReport, mapping: Sequence[Mapping[str, Any]], catalogue: Catalogue,
    around: Around,
) -> ShownPreview:  # fmt: skip
    who = ("full_name", "title", "company", "icp_tier", "lead_score", "grade")
    rows = [
        PreviewedRow(**shown_row(row, around), **{name: getattr(row, name) for name in who})
        for row in report.rows
    ]
    counts = {outcome: report.counts[outcome] for outcome in OUTCOMES}
    return ShownPreview(len(rows), **counts, mapping=columns(mapping, catalogue), rows=rows)


def shown_mapping(found: FieldMapping | SavedMapping, catalogue: Catalogue) -> ShownMapping:
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
