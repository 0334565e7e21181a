"""The one clock: rules take the time as a parameter that comes from here, so tests can travel."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The current time, with its zone (UTC)."""
    return datetime.now(UTC)
