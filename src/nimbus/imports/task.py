"""The import's place in the queue."""

from __future__ import annotations

from uuid import UUID

from nimbus.db.door import Tx
from nimbus.jobs import Context, LostJob, defer, job, task


def enqueue(tx: Tx, import_id: UUID, job_id: UUID) -> None:
    """Have the import run from where it stands, by one runner after the other."""
    job.resume(tx, job_id)
    defer(
        tx, run_import, lock=f"import:{import_id}", import_id=str(import_id), job_id=str(job_id)
    )  # fmt: skip


@task("imports.run")
def run_import(context: Context, import_id: str, job_id: str) -> None:
    """Run the import from where it stands; when this process stops, the next goes on."""
    from nimbus.imports.stages.run import run
    from nimbus.imports.stages.turn import Stopped

    assert context.workspace_id  # noqa: S101 - deferred with one
    try:
        run(context.instance, context.workspace_id, UUID(import_id))
    except LostJob:
        return
    except Stopped:
        with context.tx() as tx:
            enqueue(tx, UUID(import_id), UUID(job_id))
