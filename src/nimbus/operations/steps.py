"""What the corner of long jobs offers about undoing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from nimbus.access.who import Who
from nimbus.db.door import Tx
from nimbus.jobs.steps import Steps
from nimbus.operations import undoing
from nimbus.operations.pages import undo_href


def steps(tx: Tx, who: Who, jobs: Sequence[UUID]) -> dict[UUID, Steps]:
    """Where something was in the way of an undo it goes on when it is asked for again."""
    return {
        job_id: Steps(go_on=undo_href(undone.id))
        for job_id, undone in undoing.paused(tx, jobs).items()
        if undone.rule and who.may("contacts:write") and who.may(undone.rule.scope)
    }
