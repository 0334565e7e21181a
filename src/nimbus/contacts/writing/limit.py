"""How many contacts a workspace may have (S0-80)."""

from __future__ import annotations

from nimbus.accounts.client import workspace
from nimbus.accounts.read import room
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.problems import Problem
from nimbus.settings import Settings

_SQL = beside(__file__, "edit.sql")


def count_alone(tx: Tx) -> None:
    """Let nobody else bring contacts to the workspace until the end of the transaction, where it
    has a limit that they count towards."""
    tx.run(_SQL["count_alone"], {"workspace": tx.workspace_id})


def left(tx: Tx, settings: Settings) -> int | None:
    """How many more contacts there may be, counted alone; None without a limit."""
    own = workspace(tx)
    if own.contacts_hard_limit is None and settings.contacts_hard_limit is None:
        return None
    count_alone(tx)
    found = room(tx, own, settings)
    return max(0, (found.hard or 0) - found.contacts)


def full(tx: Tx, settings: Settings) -> Problem:
    """The refusal of one more contact."""
    found = room(tx, workspace(tx), settings)
    return Problem(
        "conflict",
        f"The workspace is full: it has {found.contacts:,} contacts and may have "
        f"{found.hard:,}. Delete some, or ask the operator for a higher limit.",
        reason="contact_limit",
    )
