"""The priority of assignments: set, logged, and taken back with an operation (D-25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from nimbus.contacts.restore import lock
from nimbus.contacts.told import SHOWN as CONTACT
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.identity.assignment import prioritise
from nimbus.operations import Operation
from nimbus.operations.things import Column
from nimbus.operations.undo import Columns, Step, Undoing

_SQL = beside(__file__, "priority.sql")


def log(
    tx: Tx, operation: Operation, before: Mapping[UUID, int], after: Mapping[UUID, int]
) -> None:  # fmt: skip
    """Note the priorities, by contact, that an operation has changed."""
    values = {
        "workspace": tx.workspace_id, "operation": operation.id, "contacts": list(before),
        "befores": list(before.values()), "afters": [after[one] for one in before],
    }  # fmt: skip
    tx.run(_SQL["log"], values)


def _restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """What is held by nobody of ours any more has no priority to go back to."""
    rows = {row["email_key"]: row for row in tx.rows(_SQL["back"], {"workspace": tx.workspace_id})}
    had = prioritise(tx, {key: row["priority"] for key, row in rows.items()})
    before = {rows[key]["thing_id"]: priority for key, priority in had.items()}
    log(tx, undoing.operation, before, {row["thing_id"]: row["priority"] for row in rows.values()})
    return {}


STEP = Step("assignment", Columns(), lock, _restore)
SHOWN = replace(CONTACT, columns=lambda tx, names: [Column("assignment.priority", "Priority")])
