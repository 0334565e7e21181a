"""What happened to a contact, and what people wrote of it, when it is merged, and when that is
undone (S0-77, G-12)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from psycopg import sql

from nimbus.contacts.writing import engaged
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.restore import STEPS as NOUN_STEPS
from nimbus.operations.absorbing import Absorber, Absorbing
from nimbus.operations.operation import log
from nimbus.operations.undo import Columns, Step, Undoing

_SQL = beside(__file__, "absorb.sql")
_NOUNS = ("note", "task", "deal")
EVENTS = "engagement"


def absorb(tx: Tx, absorbing: Absorbing) -> None:
    """Events, notes, tasks and deals of the one that goes become those of the one that is kept."""
    operation, gone, kept = absorbing.operation, absorbing.gone, absorbing.kept
    moved = tx.value("select move_events(%s, %s, %s)", [operation.id, gone, kept])
    if moved:
        told = {"events": moved}
        log(tx, operation, EVENTS, gone, "moved", told, {"moved_to": str(kept)})
        recount(tx, (gone, kept))
    values = {"workspace": tx.workspace_id, "operation": operation.id, "gone": gone, "kept": kept}
    for noun in _NOUNS:
        statement = sql.SQL(_SQL["move"]).format(
            table=sql.Identifier(noun), thing=sql.Literal(noun)
        )
        tx.run(statement, values)


def recount(tx: Tx, contact_ids: Sequence[UUID]) -> None:
    """Totals and counters of locked contacts anew, from their events."""
    values = {"workspace": tx.workspace_id, "ids": sorted(contact_ids)}
    tx.run(_SQL["drop_totals"], values)
    tx.run(_SQL["total"], values)
    engaged.forget(tx, list(contact_ids))
    tx.run(_SQL["counters"], values)


ABSORBER = Absorber(("engagement_event", "engagement_total", *_NOUNS), absorb)


def _restore_events(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Those that were moved go back; what has happened since stays with whom it happened to."""
    pairs = tx.rows(_SQL["moved"], {"workspace": tx.workspace_id, "undone": undoing.undone})
    returned: int = tx.value("select return_events(%s)", [undoing.undone])
    for pair in pairs:
        back = {"moved_to": str(pair["from_id"])}
        log(tx, undoing.operation, EVENTS, pair["from_id"], "moved", None, back)
    if pairs:
        recount(tx, sorted({id for pair in pairs for id in pair.values()}))
    return {"event_restored": returned}


def _lock_contacts(tx: Tx) -> None:
    """They were locked by the step of contacts, which comes before."""


STEPS = (Step(EVENTS, Columns(), _lock_contacts, _restore_events), *NOUN_STEPS)
