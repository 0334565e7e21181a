"""One person under several emails: who is held back by one is by all of them (G-13)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.operations import Operation
from nimbus.suppression.lists import EMAILS
from nimbus.suppression.read import statuses_of
from nimbus.suppression.suppression import PROTECTED, REASONS, Suppression
from nimbus.suppression.write import put

MERGE, NEW_EMAIL = "merge", "new_email"


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
        put(tx, operation, EMAILS, missing, reason=reason, source=MERGE, note=note)


def hold_on(
    tx: Tx, operation: Operation, old: tuple[str, UUID], new: str, refused: str | None, *,
    without: UUID | None = None,
) -> None:  # fmt: skip
    """A person has a new email instead of an `old` one (with its key): what they or the law said of
    the old one holds for the new one. Where they `refused` otherwise (the reason for the list), the
    old one is held back: whoever brings it again means them (G-02). The lines that came `without`
    anybody's saying so, by an operation that is undone, do not count."""
    follows = _made_by(tx, without) if without else frozenset()
    said = [
        one.reason
        for one in statuses_of(tx, *old)
        if one.layer != "domain" and (one.entry is None or one.entry.id not in follows)
    ]
    reason = next((one for one in said if one in PROTECTED), None)
    held, by = (new, old[0]) if reason else (old[0], new)
    if reason or refused:
        note = f"The same person as {by}, who is held back"
        put(tx, operation, EMAILS, [held], reason=reason or refused or "", source=NEW_EMAIL,
            note=note)  # fmt: skip


def _made_by(tx: Tx, operation_id: UUID) -> frozenset[UUID]:
    return frozenset(
        tx.column(
            "select thing_id from change where workspace_id = %s and operation_id = %s "
            "and thing = 'suppression' and kind = 'created'",
            [tx.workspace_id, operation_id],
        )
    )


def _strictest(found: Sequence[Suppression]) -> str | None:
    reasons = [_reason(one) for one in found]
    return next((one for one in reasons if one in PROTECTED), reasons[0] if reasons else None)


def _reason(one: Suppression) -> str:
    """As the list of emails knows it: a domain may be held back for what the company is."""
    return one.reason if one.reason in REASONS else "manual"
