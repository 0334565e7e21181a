"""What became of a row, in words: for pages, API and result files (G-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.accounts.client import clients
from nimbus.db.door import Tx
from nimbus.imports.find import ImportJobRow
from nimbus.imports.preview import PreviewRow
from nimbus.intake.required import CLEARING, REASON
from nimbus.suppression.suppression import DOMAIN_REASONS

_PLAIN = {
    "missing_email": "The row has no email address.",
    "in_trash": "The contact is in the trash, and this import leaves the trash alone.",
    "not_here": "There is no such contact yet, and this import only updates.",
    "already_here": "The contact is here already, and this import does not change contacts.",
    "contact_limit": "The workspace is full: no further contact fits below its limit.",
    "cancelled": "The import was cancelled before it came to this row.",
    "restored": "Brought back from the trash.",
    "unchanged": "Nothing new: the contact has all of this already.",
}
_OUTCOMES = {"imported": "New contact.", "updated": "Updated.", "suppressed": "Suppressed."}
_LAYERS = {
    "workspace": "On the suppression list: {}.",
    "domain": "Its domain is suppressed: {}.",
    "erased": "The person was erased here, and is not brought in again: {}.",
    "platform": "Opted out on the whole platform: {}.",
}
_PROBLEMS_TOLD = 3

Row = ImportJobRow | PreviewRow


@dataclass(frozen=True, slots=True)
class Around:
    """What rows are told with: the clients of this workspace that hold some of them, by id, and the
    lines of the rows that others repeat. Nobody else's name is ever told (D-15)."""

    holders: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[int, int] = field(default_factory=dict)

    def holder(self, detail: Mapping[str, Any] | None) -> str | None:
        return self.holders.get(str((detail or {}).get("held_by")))


def around(tx: Tx, rows: Sequence[Row], import_id: UUID | None = None) -> Around:
    """For these rows, of an import or of a preview."""
    held = any(row.detail and row.detail.get("held_by") for row in rows)
    holders = {str(client.id): client.name for client in clients(tx)} if held else {}
    lines = {row.row_no: row.line for row in rows}
    elsewhere = {row.duplicate_of_row for row in rows if row.duplicate_of_row} - lines.keys()
    if import_id and elsewhere:
        found = tx.rows(
            "select row_no, line from import_row "
            "where workspace_id = %s and import_id = %s and row_no = any(%s)",
            [tx.workspace_id, import_id, sorted(elsewhere)],
        )
        lines |= {row["row_no"]: row["line"] for row in found}
    return Around(holders, lines)


def message(
    status: str, reason: str | None, detail: Mapping[str, Any] | None,
    duplicate_of: int | None, around: Around,
) -> str:  # fmt: skip
    """What happened and why; then what conflicted, was protected or left out; then what the reader
    put right or lost in the row."""
    known = detail or {}
    if reason in ("missing_email", "invalid_email", "malformed_row"):
        told = [_refusal(reason, known)]
    else:
        told = [_why(status, reason, known, duplicate_of, around), *_conflicts(known)]
        if known.get("consent_protected"):
            told.append("Its consent was kept: an import never loosens one.")
        told += _left_out(known)
    if note := known.get("note"):
        told.append(_sentence(note))
    return " ".join(told)


def until(detail: Mapping[str, Any] | None) -> datetime | None:
    """When the assignment ends that kept a row out (S1-31)."""
    end = (detail or {}).get("until")
    return datetime.fromisoformat(end) if isinstance(end, str) else end


def _refusal(reason: str, detail: Mapping[str, Any]) -> str:
    if reason == "missing_email":
        return _PLAIN[reason]
    words = _sentence(str(detail.get("message", "The row cannot be read")))
    if reason == "invalid_email" and detail.get("value"):
        return f"“{detail['value']}” is not an email address. {words}"
    return words


def _why(
    status: str, reason: str | None, detail: Mapping[str, Any], duplicate_of: int | None,
    around: Around,
) -> str:  # fmt: skip
    if reason is None:
        return _OUTCOMES.get(status, "")
    if reason == "duplicate_in_file":
        line = around.lines.get(duplicate_of or 0, 0)
        return f"Repeats the email of line {line:,}, which took over its values."
    if reason == "assigned_elsewhere":
        held_by = around.holder(detail)
        end = until(detail)
        words = f"Client assigned to {held_by}" if held_by else "Assigned elsewhere"
        return f"{words} until {end.day} {end:%b %Y}." if end else f"{words}."
    if reason == REASON:
        lacking = ", ".join(one["label"] for one in detail.get("missing", ()))
        return f"Every new contact must have {lacking}, and the row does not say."
    if reason == CLEARING:
        losing = ", ".join(one["label"] for one in detail.get("cleared", ()))
        return f"The contact would lose {losing}, which every contact must have."
    layer, _, cause = reason.partition(":")
    if cause:
        words = DOMAIN_REASONS.get(cause, cause.replace("_", " ")).lower()
        return _LAYERS.get(layer, "Suppressed: {}.").format(words)
    return _PLAIN.get(reason, _sentence(reason.replace("_", " ")))


def _conflicts(detail: Mapping[str, Any]) -> list[str]:
    """Several company domains for one email (S1-30)."""
    return [
        f"The file names {len(conflict['in_file'])} company domains: "
        f"{', '.join(conflict['in_file'])}."
        if "in_file" in conflict
        else f"Its company domain was {conflict['was']} and is {conflict['now']} in the file."
        for conflict in detail.get("conflicts", ())
    ]


def _left_out(detail: Mapping[str, Any]) -> list[str]:
    """The cells that their fields could not read."""
    problems = detail.get("problems", ())
    told = [
        f"{problem['column']} “{problem['value']}” was left out: {_sentence(problem['message'])}"
        for problem in problems[:_PROBLEMS_TOLD]
    ]
    more = len(problems) - _PROBLEMS_TOLD
    return [*told, f"{more} more cells were left out."] if more > 0 else told


def _sentence(words: str) -> str:
    words = words[:1].upper() + words[1:]
    return words if words.endswith((".", "!", "?")) else f"{words}."
