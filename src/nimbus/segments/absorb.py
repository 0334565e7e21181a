"""Static lists when contacts are merged: whoever is kept is on the lists of both (S0-77)."""

from __future__ import annotations

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.absorbing import Absorber, Absorbing

_SQL = beside(__file__, "absorb.sql")


def absorb(tx: Tx, absorbing: Absorbing) -> None:
    """The lines of the one that goes stay where they are: nobody in the trash is shown on a list,
    and they are right again when the merge is undone."""
    tx.run(
        _SQL["join"],
        {
            "workspace": tx.workspace_id, "operation": absorbing.operation.id,
            "by": absorbing.operation.who.name, "now": tx.now, "kept": absorbing.kept,
            "gone": absorbing.gone,
        },
    )  # fmt: skip


ABSORBER = Absorber(("segment_member",), absorb)
