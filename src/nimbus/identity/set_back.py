"""Setting assignments back: what an operation claimed or renewed, when that is undone (D-25)."""

from __future__ import annotations

from datetime import datetime

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside

_SQL = beside(__file__, "set_back.sql")


def open_claims(tx: Tx) -> None:
    """The temporary tables `claim_before` and `claim_after`, empty."""
    tx.run(_SQL["make_claim_before"])
    tx.run(_SQL["make_claim_after"])
    tx.run(_SQL["empty"])


def set_back(tx: Tx, since: datetime) -> None:
    """Give the emails of `claim_before` the assignments that they had before `since`, as far as
    nobody else holds them now; `claim_after` says per email: mine | released | over | elsewhere |
    opted_out, as `registry_set_back` tells them."""
    tx.run(_SQL["set_back"], {"workspace": tx.workspace_id, "since": since, "now": tx.now})
    tx.run(_SQL["analyze"])
