"""Taking a whole import back, and taking that back (G-01): both are operations of their own, which
the log tells of and which run as long jobs (`operations/undo_job.py`)."""

from __future__ import annotations

from uuid import UUID

from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.imports.cancel import cancel
from nimbus.imports.find import find, locked
from nimbus.imports.import_job import OVER, ImportJob
from nimbus.imports.steering import steered
from nimbus.operations import Operation, undo_job
from nimbus.operations.operation import log
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undo_job import Undo
from nimbus.problems import Problem

_SQL = beside(__file__, "rollback.sql")

ROLLBACK, REDO = "rollback", "rollback.undo"


def roll_back(tx: Tx, who: Who, through: str, import_id: UUID) -> ImportJob:
    """Contacts that the import created go to the trash, those it changed have their values back,
    what it claimed is released; what was changed since is kept and listed.

    An import that is paused ends with it. Raises Problem(conflict) for one that runs, that wrote
    nothing, or that is rolled back already.
    """
    found = find(tx, import_id)
    if found.status == "paused":
        with steered(tx, who, through, "cancel", import_id):
            cancel(tx, import_id)
    found = locked(tx, import_id)
    last = last_undo(tx, found)
    if last and last.kind == ROLLBACK and last.status == "paused":
        undo_job.go_on(tx, last.job_id, last.id)
        return found
    if last and last.is_going:
        raise Problem("conflict", f"{_doing(last)} Wait until that is done.")
    if found.status == "rolled_back":
        raise Problem("conflict", "This import is rolled back already.")
    if found.status not in OVER:
        status = found.status.replace("_", " ")
        raise Problem(
            "conflict", f"This import is {status}. Cancel it, or wait for its end, to roll it back."
        )
    if found.operation_id is None:
        raise Problem("conflict", "This import has written nothing that could be rolled back.")
    operation = _begin(tx, who, ROLLBACK, through, found, found.operation_id)
    tx.run(
        "update import_job set status = 'rolled_back' where workspace_id = %s and id = %s",
        [tx.workspace_id, import_id],
    )
    log(tx, operation, "import", import_id, "updated",
        {"status": found.status}, {"status": "rolled_back"})  # fmt: skip
    return find(tx, import_id)


def undo_roll_back(tx: Tx, who: Who, through: str, import_id: UUID) -> ImportJob:
    """Everything that the rollback changed comes back, as far as nobody has changed it since.
    Raises Problem(conflict) for an import that is not rolled back, or not to the end."""
    found = locked(tx, import_id)
    last = last_undo(tx, found)
    if last and last.kind == REDO and last.status == "paused":
        undo_job.go_on(tx, last.job_id, last.id)
        return found
    if last and last.is_going:
        raise Problem("conflict", f"{_doing(last)} Wait until that is done.")
    if found.status != "rolled_back" or last is None:
        raise Problem("conflict", "This import is not rolled back.")
    if not last.is_done:
        raise Problem(
            "conflict", "The rollback stopped at an error. Roll back again to finish it first."
        )
    _begin(tx, who, REDO, through, found, last.id)
    return find(tx, import_id)


def last_undo(tx: Tx, found: ImportJob) -> Undo | None:
    """The rollback of the import, or its undoing, whichever was the last; None before any."""
    return undo_job.latest(tx, [found.id]).get(found.id)


def may_be_rolled_back(tx: Tx, found: ImportJob) -> bool:
    """Whether it stands still and has written something."""
    if found.status not in ("complete", "cancelled", "failed", "paused"):
        return False
    return bool(
        tx.value(_SQL["has_written"], {"workspace": tx.workspace_id, "own": found.operation_id})
    )


def _begin(
    tx: Tx, who: Who, kind: str, through: str, found: ImportJob, undone: UUID
) -> Operation:  # fmt: skip
    label = {ROLLBACK: "Roll back", REDO: "Undo the rollback of"}[kind]
    return undo_job.begin_undo(
        tx, who, kind, through, undone, f"{label} {found.name}",
        f"/imports/{ids.show('imp', found.id)}",
        subject="import", subject_id=found.id, why=found.name,
    )  # fmt: skip


def _doing(last: Undo) -> str:
    if last.kind == ROLLBACK:
        return "This import is being rolled back."
    return "The rollback of this import is being undone."


def _lock(tx: Tx) -> None:
    tx.run(_SQL["lock"], {"workspace": tx.workspace_id})


def _restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """The status that the import had before it was rolled back."""
    for row in tx.rows(_SQL["statuses"], {"workspace": tx.workspace_id}):
        before, after = row["before"], row["after"]
        tx.run(
            "update import_job set status = %s where workspace_id = %s and id = %s",
            [before["status"], tx.workspace_id, row["id"]],
        )
        log(tx, undoing.operation, "import", row["id"], "updated", after, before)
    return {}


# Taken last, so that an import is rolled back until everything has come back.
STEP = Step("import", Columns(), _lock, _restore)
