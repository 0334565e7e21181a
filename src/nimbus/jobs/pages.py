"""The corner of every page that says which long jobs run, and the list behind it.

The shell asks for `/jobs` once; what comes back asks for itself from then on and changes only what
is inside, so that an open list stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from starlette.responses import Response

from nimbus.jobs import job, lease
from nimbus.jobs.job import Job
from nimbus.jobs.steps import Steps, steps
from nimbus.web import fragment, is_part, render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/jobs")

# What stands still until somebody acts does not run, however long that takes.
UNDER_WAY = frozenset({"queued", "running"})
RECENT = timedelta(hours=1)
# Whoever has just watched a job run wants to see that it is done, whoever began it.
NEWS = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Corner:
    """What the corner shows: jobs that are queued or run, those that wait for somebody, and those
    that ended a short while ago, `newest` the last of their ends in milliseconds. `news` are those
    of them that the person has not read of, `steps` what they can do about each, and nobody works
    on the first where there is `no_worker`."""

    running: tuple[Job, ...]
    waiting: tuple[Job, ...]
    recent: tuple[Job, ...]
    newest: int
    news: tuple[Job, ...]
    stays: bool
    steps: Mapping[UUID, Steps]
    no_worker: bool = False

    @property
    def fraction(self) -> float:
        """How far all of the running ones are together."""
        shares = [one.fraction or 0.0 for one in self.running]
        return sum(shares) / len(shares) if shares else 1.0


@router.at("GET", "", scope="contacts:read")
def jobs_page(ask: Ask) -> Response:
    """The corner for the shell; for a person who comes by the address, the page of all jobs."""
    if not is_part(ask.request) or ask.request.headers.get("hx-target") == "all-jobs":
        found = job.recent(ask.tx, limit=100)
        return render(
            ask.request, "jobs/page.html", found=found, beats=lease.heartbeats(ask.tx),
            is_running=any(one.status in UNDER_WAY for one in found),
        )  # fmt: skip
    answer = fragment(ask.request, "jobs/corner.html", "corner", corner=_corner(ask))
    answer.headers["HX-Reswap"] = "outerHTML"
    return answer


@router.at("GET", "/now", scope="contacts:read")
def jobs_now(ask: Ask) -> Response:
    """The inside of the corner as it is now."""
    return fragment(ask.request, "jobs/corner.html", "inside", corner=_corner(ask), swapped=True)


def _corner(ask: Ask) -> Corner:
    found = job.recent(ask.tx, limit=50)
    running = tuple(one for one in found if one.status in UNDER_WAY)
    waiting = tuple(one for one in found if one.status == "paused")
    recent = tuple(
        one
        for one in found
        if one.finished_at and one.status != "cancelled" and ask.tx.now - one.finished_at < RECENT
    )
    read, own = _read(ask), ask.who.name
    news = tuple(
        one
        for one in recent
        if _ended(one) > read
        and (one.started_by == own or ask.tx.now.timestamp() - _ended(one) / 1000 < NEWS.seconds)
    )
    can = steps(ask.tx, ask.who, found)
    stays = any(
        one.started_by == own and (one.status == "failed" or can[one.id].undo) for one in news
    )
    no_worker = bool(running) and not lease.worker_is_alive(ask.tx)
    newest = max(map(_ended, recent), default=0)
    return Corner(running, waiting, recent[:5], newest, news, stays, can, no_worker)


def _ended(one: Job) -> int:
    """In milliseconds."""
    return int(one.finished_at.timestamp() * 1000) if one.finished_at else 0


def _read(ask: Ask) -> int:
    """Until when the person has read the news, as `newest` tells it (frontend/js/jobs.js)."""
    kept = ask.request.cookies.get("jobs_read", "")
    return int(kept) if kept.isascii() and kept.isdigit() and len(kept) < 20 else 0
