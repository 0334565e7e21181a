"""What people can do about long jobs of a kind, right where they are listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from nimbus.access.who import Who
from nimbus.db.door import Tx
from nimbus.jobs.job import Job


@dataclass(frozen=True, slots=True)
class Steps:
    """Where a job is cancelled while it is not over, has to go on where it has paused, and is
    undone once it is done; None for what cannot be, or what whoever asks may not."""

    cancel: str | None = None
    go_on: str | None = None
    undo: str | None = None


# Those of some jobs of a kind, by their ids.
Offer = Callable[[Tx, Who, Sequence[UUID]], Mapping[UUID, Steps]]

NONE = Steps()
_offers: dict[str, Offer] = {}


def install(offers: Mapping[str, Offer]) -> None:
    """By kinds of jobs; `rooms` installs them at start."""
    _offers.clear()
    _offers.update(offers)


def steps(tx: Tx, who: Who, jobs: Sequence[Job]) -> dict[UUID, Steps]:
    """Of each of these jobs."""
    found = {one.id: NONE for one in jobs}
    for kind, offer in _offers.items():
        if asked := [one.id for one in jobs if one.kind == kind]:
            found.update(offer(tx, who, asked))
    return found
