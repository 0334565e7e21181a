"""What people say of a pair: not duplicates, and that it is to be looked at again (G-16)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates.keep import matched
from nimbus.duplicates.pair import Pair, State
from nimbus.duplicates.read import one
from nimbus.operations import Operation, logged
from nimbus.problems import Problem

_SQL = beside(__file__, "decide.sql")

# What a decision changes, and an undo of it gives back, all at once.
COLUMNS = ("state", "dismissed_marks", "decided_by", "decided_at")


@dataclass(frozen=True, slots=True)
class Decided:
    """The pair as it is now; no operation where it was so before."""

    pair: Pair
    operation: Operation | None


def dismiss(tx: Tx, who: Who, pair_id: UUID, through: str) -> Decided:
    """The two are not one person: the pair stays away until one of the fields that spoke for it
    changes. One that is dismissed already stays as it is. Raises Problem(not_found | conflict)."""
    return _decide(tx, who, pair_id, "dismissed", through)


def reopen(tx: Tx, who: Who, pair_id: UUID, through: str) -> Decided:
    """Propose a dismissed pair again. Raises Problem(not_found | conflict)."""
    return _decide(tx, who, pair_id, "open", through)


def _decide(tx: Tx, who: Who, pair_id: UUID, state: State, through: str) -> Decided:
    pair = tx.one(Pair, _SQL["lock"], {"workspace": tx.workspace_id, "id": pair_id})
    if pair is None:
        raise ids.missing("dup")
    if pair.state == "merged":
        raise Problem("conflict", "The two contacts were merged. Undo the merge first.")
    if pair.state == state:
        return Decided(pair, None)
    closed = state == "dismissed"
    kind = "duplicate.dismiss" if closed else "duplicate.reopen"
    operation = operations.start(
        tx, who, kind, through, subject="duplicate_pair", subject_id=pair.id
    )
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), COLUMNS)
    tx.run(
        sql.SQL(_SQL["decide"]).format(before=before, after=after),
        {"workspace": tx.workspace_id, "operation": operation.id, "id": pair.id, "state": state,
         "marks": Jsonb(matched(pair.reasons, pair.marks)) if closed else None,
         "by": who.name if closed else None, "at": tx.now if closed else None, "now": tx.now,
         "kind": "dismissed" if closed else "reopened"},
    )  # fmt: skip
    return Decided(one(tx, pair_id), operation)
