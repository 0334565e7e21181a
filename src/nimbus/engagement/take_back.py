"""Taking back that a call or a meeting was logged: it leaves the timeline, and everything that was
counted by it. Whoever logged it may, and whoever has `settings:write`."""

from __future__ import annotations

from uuid import UUID

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.absorb import recount
from nimbus.engagement.log import THING
from nimbus.operations.operation import Changed, log
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable
from nimbus.problems import Problem

_SQL = beside(__file__, "take_back.sql")


def _lock(tx: Tx) -> None:
    tx.run(_SQL["lock"], {"workspace": tx.workspace_id})


def _restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    told = tx.rows(_SQL["told"], {"workspace": tx.workspace_id})
    if not told:
        return {}
    removed: int = tx.value("select take_back_events(%s::uuid[])", [[one["id"] for one in told]])
    # An operation logs one of them, so that this is one line.
    for one in told:
        log(tx, undoing.operation, THING, one["id"], "deleted", {"type": one["type"]}, None)
    contacts = tuple(sorted({one["contact_id"] for one in told}))
    recount(tx, contacts)
    tx.changes.append(Changed("contact", "engaged", contacts, operation=undoing.operation))
    return {"event_removed": removed}


STEP = Step(THING, Columns(), _lock, _restore)


def _refuse_anothers(tx: Tx, who: Who, operation_id: UUID) -> None:
    """Raises Problem(forbidden)."""
    actor = tx.value(_SQL["actor"], {"workspace": tx.workspace_id, "operation": operation_id})
    if not (who.may("settings:write") or (actor is not None and actor == who.id)):
        raise Problem(
            "forbidden",
            "Only whoever logged this can undo that, and whoever has the scope settings:write.",
            scope="settings:write",
        )


# Its words are nowhere but in the event: it is logged anew, not by undoing the undo. Where the log
# does not tell of the event, as in earlier versions, the score would go back and the call stay.
UNDOABLE = {
    f"{type}.log": Undoable(
        f"logging a {words}", "engagement:write", once=True, told=THING, refuse=_refuse_anothers
    )
    for type, words in (("call", "call"), ("meeting", "meeting"), ("meeting_booked", "meeting"))
}
