"""A long job, batch by batch from its cursor, so that it can be killed at any point."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import structlog

from nimbus.db.door import LOST, Tx
from nimbus.jobs import job
from nimbus.jobs.job import LostJob
from nimbus.jobs.queue import Context, stopping

log = structlog.get_logger()


def in_batches(
    context: Context, job_id: UUID, batch: Callable[[Tx], bool], again: Callable[[Tx], None],
    words: str, on_pause: Callable[[Tx], None] | None = None,
) -> None:  # fmt: skip
    """Do `batch` after `batch` as the job's one runner, until one answers False. A process that is
    to stop defers the rest with `again`. An error pauses the job with `words`, which may say the
    `{error}`, and does `on_pause` with it; when the database is away the queue tries again."""
    with suppress(LostJob):
        with context.tx() as tx:
            runner = job.begin(tx, job_id)
        with context.tx() as tx:
            job.wait(tx, job_id)

        def held(tx: Tx) -> bool:
            job.hold(tx, job_id, runner)
            return batch(tx)

        try:
            while context.attempt(held):
                if stopping.is_set():
                    with context.tx() as tx:
                        again(tx)
                    return
        except (LostJob, *LOST):
            raise
        except Exception as error:
            log.error("a job paused at an error", job_id=str(job_id), exc_info=error)
            with context.tx() as tx:
                job.hold(tx, job_id, runner)
                job.finish(tx, job_id, "paused", words.format(error=error))
                if on_pause:
                    on_pause(tx)
