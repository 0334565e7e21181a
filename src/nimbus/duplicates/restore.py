"""Decisions about pairs going back: this room's part of every undo; how the log shows a pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates import decide
from nimbus.operations import undo, undo_whole
from nimbus.operations.things import Column, Shown
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable

_SQL = beside(__file__, "decide.sql")
_COLUMNS = Columns(units=(decide.COLUMNS,))

UNDOABLE = {
    "duplicate.dismiss": Undoable("“not duplicates”", "contacts:write"),
    "duplicate.reopen": Undoable("proposing a pair again", "contacts:write"),
}


def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """What was said of a pair goes back, unless somebody said something else since."""
    undo.aim(tx, "duplicate_pair", _COLUMNS)
    return {"pair_restored": len(undo.write(tx, undoing, "duplicate_pair", "duplicate_pair"))}


STEP = Step("duplicate_pair", _COLUMNS, partial(undo_whole.lock, thing="duplicate_pair"), restore)


def _labels(tx: Tx, pairs: Sequence[UUID]) -> Mapping[UUID, str]:
    rows = tx.rows(_SQL["names"], {"workspace": tx.workspace_id, "ids": list(pairs)})
    return {row["id"]: row["label"] for row in rows}


def _columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    return [Column("state", "State")] if "state" in set(names) else []


def _href(pair_id: UUID) -> str:
    return f"/duplicates/{ids.show('dup', pair_id)}"


SHOWN = {"duplicate_pair": Shown("dup", "pair of duplicates", _labels, _columns, _href)}
