"""Everything a person or a program can be told went wrong: one exception, one table of codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# So many faults of one request are told of.
MOST_FAULTS = 50

# Every code with its HTTP status and the short title of RFC 9457 (S3-48, D-01, D-04, D-14, D-22).
CODES: dict[str, tuple[int, str]] = {
    "validation_error": (400, "The request is not valid"),
    "client_required": (400, "A client must be named"),
    "authentication_required": (401, "Authentication required"),
    "forbidden": (403, "Not allowed"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "Method not allowed"),
    "conflict": (409, "Conflict"),
    "assigned_elsewhere": (409, "Assigned to another client"),
    "globally_suppressed": (409, "Opted out on this platform"),
    "in_trash": (409, "In the trash"),
    "in_use": (409, "In use"),
    "precondition_failed": (412, "Changed in the meantime"),
    "idempotency_key_reused": (422, "Idempotency key used for another request"),
    "too_expensive": (400, "The question is too expensive"),
    "payload_too_large": (413, "Too large"),
    "suppressed": (422, "Suppressed"),
    "rate_limited": (429, "Too many requests"),
    "internal_error": (500, "Something went wrong on our side"),
    "insufficient_storage": (507, "No room left on the disk"),
    "unavailable": (503, "Not available at the moment"),
}


class Problem(Exception):
    """A refusal with a code of `CODES`, words for people, and where known the field to fix.

    `message` says what happened and what to do about it; `field` is the path of the offending
    input (`email`, `filters[0].op`); `more` holds further members of the error object, such as
    `layer` and `reason` of a suppression (D-01).
    """

    def __init__(self, code: str, message: str, field: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.more = more

    @property
    def status(self) -> int:
        return CODES[self.code][0]

    @property
    def title(self) -> str:
        return CODES[self.code][1]


def invalid(message: str, field: str | None = None, **more: Any) -> Problem:
    """A 400 that names the field and the fix."""
    return Problem("validation_error", message, field, **more)


def with_all(problems: Sequence[Problem]) -> Problem:
    """The first of what is wrong with a request; where there is more, its `errors` has all."""
    first = problems[0]
    if len(problems) > 1:
        first.more["errors"] = [
            {"message": one.message, "field": one.field} for one in problems[:MOST_FAULTS]
        ]
    return first


def disk_full(of: str) -> Problem:
    """A 507: `of` names whose disk it is."""
    return Problem(
        "insufficient_storage",
        f"The disk of {of} is full; nothing was kept. Ask the operator to make room, then try "
        "again.",
    )


def not_found(what: str = "resource") -> Problem:
    """The one 404, the same words for "not there" and "not yours" (D-31)."""
    return Problem("not_found", f"No such {what} in this workspace.")
