"""The import's place in the queue."""

from __future__ import annotations

from uuid import UUID

from nimbus.jobs import Context, LostJob, defer, task


@task("imports.run")
def run_import(context: Context, import_id: str) -> None:
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
            defer(tx, run_import, lock=f"import:{import_id}", import_id=import_id)
