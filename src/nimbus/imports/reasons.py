"""What became of a row, in words: for pages, API and result files (G-03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nimbus.accounts.client import clients
from nimbus.db.door import Tx
from nimbus.suppression.suppression import DOMAIN_REASONS

_PLAIN = {
    "missing_email": "The row has no email address.",
    "in_trash": "The contact is in the trash, and this import leaves the trash alone.",
    "not_here": "There is no such contact yet, and this import only updates.",
    "already_here": "The contact is here already, and this import does not change contacts.",
    "contact_limit": "The workspace is full: no further contact fits below its limit.",
    "restored": "Brought back from the trash.",
    "unchanged": "Nothing new: the contact has all of this already.",
}
_OUTCOMES = {"imported": "New contact.", "updated": "Updated.", "suppressed": "Suppressed."}
_LAYERS = {
    "workspace": "On the suppression list: {}.",
    "domain": "Its domain is suppressed: {}.",
    "platform": "Opted out on the whole platform: {}.",
}
_PROBLEMS_TOLD = 3

Names = Mapping[str, str]


def message(
    status: str, reason: str | None, detail: Mapping[str, Any] | None,
    duplicate_of: int | None = None, holders: Names | None = None,
) -> str:  # fmt: skip
    """What happened and why; then what was left out, conflicted or was protected.

    `holders` names the clients of this workspace by id; nobody else's name is ever told (D-15).
    """
    known = detail or {}
    if reason in ("missing_email", "invalid_email", "malformed_row"):
        return _refusal(reason, known)
    told = [_why(status, reason, known, duplicate_of, holders or {})]
    told += _conflicts(known)
    if known.get("consent_protected"):
        told.append("Its consent was kept: an import never loosens one.")
    return " ".join(told + _left_out(known))


def until(detail: Mapping[str, Any] | None) -> datetime | None:
    """When the assignment ends that kept a row out (S1-31)."""
    end = (detail or {}).get("until")
    return datetime.fromisoformat(end) if isinstance(end, str) else end


def holder_names(tx: Tx, details: list[dict[str, Any] | None]) -> Names:
    """The clients that these rows are assigned to, where they are of this workspace (D-15)."""
    if not any(detail and detail.get("held_by") for detail in details):
        return {}
    return {str(client.id): client.name for client in clients(tx)}


def _refusal(reason: str, detail: Mapping[str, Any]) -> str:
    if reason == "missing_email":
        return _PLAIN[reason]
    words = _sentence(str(detail.get("message", "The row cannot be read")))
    if reason == "invalid_email" and detail.get("value"):
        return f"“{detail['value']}” is not an email address. {words}"
    return words


def _why(
    status: str, reason: str | None, detail: Mapping[str, Any], duplicate_of: int | None,
    holders: Names,
) -> str:  # fmt: skip
    if reason is None:
        return _OUTCOMES.get(status, "")
    if reason == "duplicate_in_file":
        return f"Repeats the email of row {duplicate_of:,}, which took over its values."
    if reason == "assigned_elsewhere":
        held_by = holders.get(str(detail.get("held_by")))
        end = until(detail)
        words = f"Client assigned to {held_by}" if held_by else "Assigned elsewhere"
        return f"{words} until {end.day} {end:%b %Y}." if end else f"{words}."
    layer, _, cause = reason.partition(":")
    if cause:
        words = DOMAIN_REASONS.get(cause, cause.replace("_", " ")).lower()
        return _LAYERS.get(layer, "Suppressed: {}.").format(words)
    return _PLAIN.get(reason, _sentence(reason.replace("_", " ")))


def _conflicts(detail: Mapping[str, Any]) -> list[str]:
    """Two company domains for one email (S1-30)."""
    return [
        f"The file names two company domains: {', '.join(conflict['in_file'])}."
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
