"""What the corner of long jobs offers about bulk actions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from nimbus.access import Who
from nimbus.bulk import read
from nimbus.db.door import Tx
from nimbus.jobs.steps import Steps


def steps(tx: Tx, who: Who, jobs: Sequence[UUID]) -> dict[UUID, Steps]:
    """To cancel an action that is going and to undo one that is over, by the job that carries it
    out: of those that whoever asks may steer."""
    return {
        one.job_id: Steps(
            cancel=f"{one.href}/cancel" if one.is_going else None,
            undo=one.undo_href if one.may_be_undone else None,
        )
        for one in read.of_jobs(tx, jobs)
        if one.job_id and who.may(one.scope)
    }
