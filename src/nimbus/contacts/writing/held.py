"""The refusal of an email that another client holds, in the same words wherever it is asked for."""

from __future__ import annotations

from datetime import datetime

from nimbus.problems import Problem


def assigned_elsewhere(email: str, until: datetime | None, holder: str | None) -> Problem:
    """`holder` is the name of the client where it is one of this workspace: nobody else's is ever
    told, only until when (D-15)."""
    end = f" until {until.day} {until:%b %Y}" if until else ""
    return Problem(
        "assigned_elsewhere",
        f"{email} is assigned to {holder or 'another client'}{end}. Try again then.",
        "email", layer="assignment", reason="assigned_elsewhere", assigned_until=until,
    )  # fmt: skip
