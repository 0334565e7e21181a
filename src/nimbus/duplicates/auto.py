"""Merging by itself the pairs that are certain, where the workspace wants it (F-16).

Each is a merge like any other: in the log, on the page of the contact, and undone for seven days.
Whoever undoes one says that the two are not duplicates, or it would be merged again. Two that
different clients of an agency hold are left to people: merged, one client would lose the contact
and the other learn what it knew (D-14).
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.access.who import system
from nimbus.accounts.client import refuse_limited
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates.merge import Wanted, merge
from nimbus.jobs import Context, defer_once, stopping, task
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import Problem

_SQL = beside(__file__, "auto.sql")
COLUMN = "auto_merge"
# In one transaction; each takes a few dozen statements.
SOME = 20


def is_on(tx: Tx) -> bool:
    """Whether the workspace wants certain pairs merged."""
    found: bool = tx.value(_SQL["is_on"], {"workspace": tx.workspace_id})
    return found


def turn(tx: Tx, who: Who, through: str, *, on: bool) -> Operation | None:
    """Have certain pairs merged from now on, those that wait too, or not any more. Answers the
    operation, None where it was so. Raises Problem(forbidden) for a key that is limited to a
    client."""
    refuse_limited(who, "Whether certain pairs are merged")
    values = {"workspace": tx.workspace_id, "on": on}
    if not tx.run(_SQL["turn"], values):
        return None
    operation = operations.start(
        tx, who, "duplicates.auto_merge", through, subject="workspace", subject_id=tx.workspace_id
    )
    log(tx, operation, "workspace", tx.workspace_id, "updated", {COLUMN: not on}, {COLUMN: on})
    go_on(tx)
    return operation


def go_on(tx: Tx) -> None:
    """Have the pairs merged that wait, where the workspace wants it."""
    if is_on(tx) and _waiting(tx, None):
        defer_once(tx, merge_certain, f"merge:{tx.workspace_id}")


@task("duplicates.merge_certain")
def merge_certain(context: Context) -> None:
    """Pair after pair in the order of their ids; what cannot be merged is passed over."""
    after: UUID | None = None

    def some(tx: Tx) -> UUID | None:
        return merge_some(tx, after)

    while (last := context.attempt(some)) is not None:
        after = last
        if stopping.is_set():
            context.attempt(go_on)
            return


def merge_some(tx: Tx, after: UUID | None) -> UUID | None:
    """Merge the next pairs; answers the last of them, None when there are no more, or the workspace
    does not want it any more."""
    pairs = _waiting(tx, after) if is_on(tx) else []
    who = system(tx.workspace_id, "Duplicates")
    for _, older, newer in pairs:
        with suppress(Problem), tx.part():
            merge(tx, who, "worker", Wanted(older, (newer,)))
    return pairs[-1][0] if pairs else None


def _waiting(tx: Tx, after: UUID | None) -> list[tuple[UUID, UUID, UUID]]:
    """Pairs, each with its older and its newer contact; a contact is in one of them at most, since
    it is another one after that."""
    values = {"workspace": tx.workspace_id, "after": after, "some": SOME, "now": tx.now}
    rows = tx.rows(_SQL["waiting"], values)
    seen: set[UUID] = set()
    found = []
    for row in rows:
        if not {row["older"], row["newer"]} & seen:
            seen |= {row["older"], row["newer"]}
            found.append((row["id"], row["older"], row["newer"]))
    return found
