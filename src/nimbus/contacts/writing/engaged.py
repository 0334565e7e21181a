"""What events do to contacts: their counters, and a status that only becomes stricter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from nimbus.consent.consent import STATUS
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import Operation
from nimbus.operations.operation import Changed

_SQL = beside(__file__, "engaged.sql")


@dataclass(frozen=True, slots=True)
class Engaged:
    """Whom an event is about."""

    id: UUID
    email: str
    email_key: UUID


@dataclass(frozen=True, slots=True)
class Tally:
    """What events add to the counters of a contact; `contacted_at` is when we last turned to it by
    an email, a call or a meeting, `activity_at` when anything was last told of it."""

    contact_id: UUID
    sent: int
    opened: int
    clicked: int
    replied: int
    contacted_at: datetime | None
    opened_at: datetime | None
    replied_at: datetime | None
    activity_at: datetime | None


def lock(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Engaged]:
    """Those contacts that are here, be it in the trash, kept as they are until the end."""
    found = tx.all(Engaged, _SQL["lock"], {"workspace": tx.workspace_id, "ids": list(ids)})
    return {one.id: one for one in found}


def count(tx: Tx, tallies: Sequence[Tally]) -> None:
    """Add to the counters of locked contacts. Not logged: the events say it all."""
    columns = {
        field.name: [getattr(tally, field.name) for tally in tallies] for field in fields(Tally)
    }
    tx.run(_SQL["count"], {"workspace": tx.workspace_id, **columns})


def tighten_status(tx: Tx, operation: Operation, ids: Sequence[UUID], status: str) -> None:
    """Give locked contacts a status, logged, where theirs is not as strict or stricter (G-02)."""
    looser = [one for one, rank in STATUS.ranks.items() if rank < STATUS.ranks[status]]
    written = tx.rows(
        _SQL["tighten_status"],
        {"workspace": tx.workspace_id, "operation": operation.id, "ids": list(ids),
         "status": status, "looser": looser, "now": tx.now},
    )  # fmt: skip
    if changed := [row["thing_id"] for row in written if row["is_changed"]]:
        columns = frozenset({"status"})
        told = Changed("contact", "updated", tuple(changed), columns, operation=operation)
        tx.changes.append(told)


def forget(tx: Tx, ids: Sequence[UUID]) -> None:
    """Blank counters, as of contacts to whom nothing ever happened."""
    tx.run(_SQL["forget"], {"workspace": tx.workspace_id, "ids": list(ids)})
