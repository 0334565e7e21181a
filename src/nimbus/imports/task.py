"""The import's place in the queue."""

from __future__ import annotations

from uuid import UUID

from nimbus.db.door import Tx
from nimbus.jobs import Context, LostJob, defer, job, slots, task

KIND = "import"


def enqueue(tx: Tx, import_id: UUID, job_id: UUID) -> None:
    """Have the import run from where it stands, once its workspace has a slot for it."""
    job.resume(tx, job_id)
    _defer(tx, import_id, job_id)


def _defer(tx: Tx, import_id: UUID, job_id: UUID) -> None:
    # Its runners come one after the other.
    defer(
        tx, run_import, lock=f"import:{import_id}", import_id=str(import_id), job_id=str(job_id)
    )  # fmt: skip


@task("imports.run")
def run_import(context: Context, import_id: str, job_id: str) -> None:
    """Run the import from where it stands, or hold it while as many as may run at once do; when
    this process stops, the next goes on. Whatever comes of it, those that are held are called:
    this entry stays in the queue until that is done, so a crash loses no slot."""
    from nimbus.imports.stages.run import run
    from nimbus.imports.stages.turn import Stopped

    assert context.workspace_id  # noqa: S101 - deferred with one
    most = context.instance.settings.imports_at_once
    try:
        run(context.instance, context.workspace_id, UUID(import_id), at_once=most)
    except LostJob:
        pass
    except Stopped:
        with context.tx() as tx:
            _defer(tx, UUID(import_id), UUID(job_id))
        return
    context.attempt(lambda tx: slots.call(tx, KIND, most))
