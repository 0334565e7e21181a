"""Static lists going back to what they were before an operation: this room's part of every undo."""

from __future__ import annotations

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.undo import Columns, Step, Undoing

_SQL = beside(__file__, "restore.sql")


def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Whom the operation put on a list is taken off it, and whom it took off is on it again, as
    they were; who was put on or taken off by somebody since stays so."""
    values = {"workspace": tx.workspace_id, "undoing": undoing.operation.id}
    open_listed(tx)
    tx.run(_SQL["plan"], values)
    for name in ("edited", "gone"):
        tx.run(_SQL[name], values)
    off, on = tx.run(_SQL["take_off"], values), tx.run(_SQL["put_back"], values)
    return {"member_removed": off, "member_restored": on}


def open_listed(tx: Tx) -> None:
    """The temporary table of a batch, empty."""
    tx.run(_SQL["make_listed"])
    tx.run("delete from listed")


def _lock(tx: Tx) -> None:
    tx.run(_SQL["lock"], {"workspace": tx.workspace_id})


STEP = Step("segment_member", Columns(), _lock, restore)
