"""Suppression when contacts are merged: who is held back by one email is by all of them (G-13)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.operations import Operation
from nimbus.suppression.lists import EMAILS
from nimbus.suppression.read import statuses_of
from nimbus.suppression.suppression import PROTECTED, REASONS, Suppression
from nimbus.suppression.write import put

SOURCE = "merge"


def hold_all(tx: Tx, operation: Operation, people: Sequence[tuple[str, UUID]]) -> None:
    """Put every email of one person on the workspace's list where any of them is held back, by
    whatever layer, under the strictest reason of them. `people` are emails with their keys."""
    held = {email: statuses_of(tx, email, key) for email, key in people}
    strictest = _strictest([one for found in held.values() for one in found])
    if strictest is None:
        return
    reason, email = strictest, next(e for e, found in held.items() if found)
    missing = sorted(
        other
        for other, found in held.items()
        if not found or (reason in PROTECTED and not any(_reason(s) in PROTECTED for s in found))
    )
    if missing:
        note = f"The same person as {email}, who is held back"
        put(tx, operation, EMAILS, missing, reason=reason, source=SOURCE, note=note)


def _strictest(found: Sequence[Suppression]) -> str | None:
    reasons = [_reason(one) for one in found]
    return next((one for one in reasons if one in PROTECTED), reasons[0] if reasons else None)


def _reason(one: Suppression) -> str:
    """As the list of emails knows it: a domain may be held back for what the company is."""
    return one.reason if one.reason in REASONS else "manual"
