"""Background work on the database's own queue: deferred with the change that asks for it."""

from nimbus.jobs import daily as daily
from nimbus.jobs.batches import in_batches
from nimbus.jobs.everywhere import everywhere
from nimbus.jobs.heal import heal
from nimbus.jobs.job import Job, LostJob
from nimbus.jobs.later import later
from nimbus.jobs.queue import Context, Task, defer, defer_once, stopping, task

__all__ = ["Context", "Job", "LostJob", "Task", "defer", "defer_once", "everywhere", "heal",
           "in_batches", "later", "stopping", "task"]  # fmt: skip
