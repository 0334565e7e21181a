"""Who was erased is not brought in again (D-09, G-43). Batches are held against the tombstones by
the statement that also asks the suppression lists (`suppression/check.sql`)."""

from __future__ import annotations

from uuid import UUID

from nimbus.db.door import Tx


def is_erased(tx: Tx, email_key: UUID) -> bool:
    """Whether the owner of an email was erased in this workspace."""
    found: bool = tx.value(
        "select exists (select from erasure_tombstone where workspace_id = %s and email_key = %s)",
        [tx.workspace_id, email_key],
    )
    return found
