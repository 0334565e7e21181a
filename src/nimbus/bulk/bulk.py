"""A bulk action: what was to be done to how many contacts, and what came of it (S0-84, G-20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from nimbus.contacts.restore import refuse_loosening
from nimbus.db import ids
from nimbus.operations.bulk import action, actions
from nimbus.operations.undoing import Undoable

Status = Literal["queued", "running", "paused", "done", "failed", "cancelled"]
KIND = "bulk"
# It can be reversed for so long, and then the log forgets it (S0-84).
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Bulk:
    """`count` is how many contacts it is about: `done` were changed, `unchanged` are as it wanted
    them already, `failed` are listed with a reason. Of one that is carried out by a job, `status`
    is the job's. `selection_id` are the contacts, of which it has dealt with those up to `reached`.
    `undone_by` is what took it back, unless that was taken back itself, and `undo_status` how that
    is getting on."""

    id: UUID
    selection_id: UUID
    job_id: UUID | None
    client_id: UUID | None
    action: str
    options: dict[str, Any]
    label: str
    count: int
    done: int
    unchanged: int
    failed: int
    reached: UUID | None
    at: datetime
    status: Status
    message: str | None
    actor_kind: Any
    actor_id: UUID | None
    actor_name: str
    through: str
    undone_by: UUID | None
    undo_status: Status | None

    @property
    def shown_undo(self) -> str | None:
        return ids.show("op", self.undone_by) if self.undone_by else None

    @property
    def shown_id(self) -> str:
        return ids.show("op", self.id)

    @property
    def href(self) -> str:
        return f"/settings/bulk/{self.shown_id}"

    @property
    def undo_href(self) -> str:
        """Where the Undo of whoever may begin it is posted to."""
        return f"{self.href}/reverse"

    @property
    def scope(self) -> str:
        """What it takes to begin it, and so to steer it."""
        return action(self.action).scope

    @property
    def handled(self) -> int:
        return self.done + self.unchanged + self.failed

    @property
    def not_done(self) -> int:
        return self.count - self.handled

    @property
    def expires_at(self) -> datetime:
        return self.at + KEPT

    @property
    def is_going(self) -> bool:
        return self.status in ("queued", "running")

    @property
    def may_be_undone(self) -> bool:
        """Whether it is over, has changed something, and that stands."""
        is_over = not self.is_going and self.status != "paused"
        return is_over and bool(self.done) and not self.undone_by

    @property
    def is_busy(self) -> bool:
        """Whether it, or its undoing, is under way."""
        return self.is_going or self.undo_status in ("queued", "running")

    @property
    def result(self) -> str:
        """What came of it, in words."""
        told = [f"{self.done:,} changed"] if self.done else []
        if self.unchanged:
            told.append(f"{self.unchanged:,} unchanged")
        if self.failed:
            told.append(f"{self.failed:,} failed")
        if self.not_done:
            told.append(f"{self.not_done:,} not done")
        return ", ".join(told) or "Nothing yet"


def undoable() -> dict[str, Undoable]:
    """By the kinds of their operations (S0-84)."""
    return {
        f"{KIND}.{one.key}": Undoable(
            "a bulk action", one.scope, KEPT.days, refuse=refuse_loosening
        )
        for one in actions()
    }
