"""What became of a contact, in words."""

from __future__ import annotations

from nimbus.bulk.read import Row
from nimbus.operations.bulk import REASONS

_OUTCOMES = {"unchanged": "It is so already.", "not_done": "It was not come to."}


def message(row: Row) -> str | None:
    """Why a contact was not changed; None for one that was."""
    return REASONS.get(row.reason or "") or _OUTCOMES.get(row.outcome)
