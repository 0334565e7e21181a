"""What became of a row, as the refusal that it is for a program, and in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nimbus.contacts.writing.held import assigned_elsewhere
from nimbus.db import ids
from nimbus.fields.required import clearing, missing
from nimbus.intake.parse import Refused
from nimbus.intake.required import CLEARING, REASON
from nimbus.intake.stages import Outcome
from nimbus.problems import Problem, invalid
from nimbus.suppression.suppression import DOMAIN_REASONS

# The layers of suppression (S1-42), and what is told of each.
_LAYERS = {
    "workspace": "is on the suppression list of this workspace",
    "domain": "is of a domain that this workspace suppresses",
}


def unreadable(refused: Refused) -> list[Problem]:
    """What a row is refused for that the parser could not read, one after the other."""
    if refused.reason == "missing_email":
        return [invalid("email is required.", "email")]
    wrong = refused.detail.get("problems") or [refused.detail]
    return [invalid(f"{one['column']}: {one['message']}", one["column"]) for one in wrong]


def refusals(outcome: Outcome, holders: Mapping[str, str]) -> list[Problem]:
    """Why a row was not written, as a single create answers it (D-01, D-04); nothing when it was,
    or was left alone as the options say. `holders` has this workspace's clients by id: nobody
    else's name is ever told (D-15)."""
    if outcome.reason == REASON:
        return [missing(one["field"], one["label"]) for one in (outcome.detail or {})["missing"]]
    if outcome.reason == CLEARING:
        return [clearing(one["field"], one["label"]) for one in (outcome.detail or {})["cleared"]]
    found = _refusal(outcome, holders)
    return [found] if found else []


def _refusal(outcome: Outcome, holders: Mapping[str, str]) -> Problem | None:
    reason = outcome.reason or ""
    layer, _, cause = reason.partition(":")
    existing = ids.show("cont", outcome.contact_id) if outcome.contact_id else None
    if outcome.outcome == "suppressed":
        return _suppressed(layer, cause, outcome.email)
    if reason == "assigned_elsewhere":
        holder = holders.get(str((outcome.detail or {}).get("held_by")))
        return assigned_elsewhere(outcome.email, outcome.until, holder)
    if reason == "in_trash":
        return Problem(
            "in_trash",
            f"{outcome.email} is in the trash. Send in_trash as restore or new, or restore it.",
            "email", existing_id=existing,
        )  # fmt: skip
    if reason == "contact_limit":
        return Problem(
            "conflict",
            "The workspace is full: no further contact fits below its limit. Delete some, or ask "
            "the operator for a higher limit.", reason="contact_limit",
        )  # fmt: skip
    if outcome.outcome == "errored":
        return Problem("conflict", f"{outcome.email} is here already.", "email",
                       existing_id=existing)  # fmt: skip
    return None


def _suppressed(layer: str, cause: str, email: str) -> Problem:
    if layer == "platform":
        return Problem(
            "globally_suppressed", f"{email} has opted out of every workspace of this platform.",
            "email", layer=layer, reason=cause,
        )  # fmt: skip
    why = DOMAIN_REASONS.get(cause, cause.replace("_", " ")).lower()
    words = _LAYERS.get(layer, "must not be contacted")
    return Problem("suppressed", f"{email} {words}: {why}.", "email", layer=layer, reason=cause)


def warnings(detail: Mapping[str, Any] | None) -> list[str]:
    """What is told of a row that was written: what was left out, kept or found to conflict."""
    if not detail:
        return []
    told = [f"{one['column']}: {one['message']} It was left out."
            for one in detail.get("problems", ())]  # fmt: skip
    for one in detail.get("conflicts", ()):
        what = one["field"].replace(".", " ")
        if "in_file" in one:
            told.append(f"Two of a {what} were given: {', '.join(one['in_file'])}.")
        else:
            told.append(f"The {what} was {one['was']}, and {one['now']} was given.")
    if detail.get("consent_protected"):
        told.append("The consent or status was kept: creating a contact never loosens one.")
    return told
