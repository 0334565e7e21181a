"""Who belongs to the workspace, and how full it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql

from nimbus.accounts.client import Workspace
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.settings import Settings
from nimbus.web.counting import count

_CONTACTS = sql.SQL("select from contact where workspace_id = %(workspace)s and not is_deleted")


@dataclass(frozen=True, slots=True)
class Member:
    user_id: UUID
    email: str
    name: str
    role: str
    created_at: datetime

    @property
    def shown_id(self) -> str:
        return ids.show("user", self.user_id)


def people(tx: Tx) -> list[Member]:
    return tx.all(Member, "select user_id, email, name, role, created_at from people()")


@dataclass(frozen=True, slots=True)
class Room:
    """Contacts against the limits (S0-80): above the soft one a warning, above the hard no new.
    `exact` is false where they were not counted."""

    contacts: int
    soft: int
    hard: int | None
    exact: bool = True

    @property
    def share(self) -> float:
        """Of the limit that comes first, at most 1."""
        return min(1.0, self.contacts / min(self.soft, self.hard or self.soft))

    @property
    def is_full(self) -> bool:
        return self.hard is not None and self.contacts >= self.hard

    @property
    def is_above_soft(self) -> bool:
        return self.contacts >= self.soft

    @property
    def is_nearly_full(self) -> bool:
        return self.share >= 0.9


def room(tx: Tx, workspace: Workspace, settings: Settings) -> Room:
    """The workspace's own hard limit counts before the instance's."""
    # The one number of the rooms above that a workspace is measured by; they cannot be asked here.
    contacts: int = tx.value(
        "select count(*) from contact where workspace_id = %s and not is_deleted",
        [tx.workspace_id],
    )
    hard = workspace.contacts_hard_limit or settings.contacts_hard_limit
    return Room(contacts, settings.contacts_soft_limit, hard)


def about_room(tx: Tx, workspace: Workspace, settings: Settings) -> Room:
    """As `room`, for a page: many contacts are reckoned, which takes no time (G-26)."""
    found = count(tx, _CONTACTS, {"workspace": tx.workspace_id})
    hard = workspace.contacts_hard_limit or settings.contacts_hard_limit
    return Room(found.value, settings.contacts_soft_limit, hard, found.exact)
