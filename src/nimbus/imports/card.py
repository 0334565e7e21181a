"""The card of imports on Home: what runs, what waits for somebody, and the latest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nimbus.imports import views
from nimbus.imports.find import recent
from nimbus.imports.import_job import RUNNING, WAITING, ImportJob
from nimbus.imports.progress import stations
from nimbus.web import charts
from nimbus.web.cards import Card, Offer
from nimbus.web.route import Ask

LATEST = 4
HERE = "/imports"


@dataclass(frozen=True, slots=True)
class Line:
    """One import: `fraction` is how far it is, `badge` how it stands where it neither runs nor is
    complete."""

    name: str
    href: str
    total: int
    at: datetime
    fraction: float | None
    badge: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """`href` leads to what the number counts."""

    imports: list[Line]
    number: int
    href: str
    words: str
    is_running: bool
    outcomes: list[charts.Bar]


def imports(ask: Ask) -> Card | None:
    """None before the first."""
    found = recent(ask.tx, LATEST)
    if not found:
        return None
    running = sum(one.status in RUNNING for one in found)
    waiting = sum(one.status in WAITING for one in found)
    last = found[0]
    if running:
        number, href, words = running, HERE, "running"
    elif waiting:
        number, href, words = waiting, HERE, "waiting for you"
    else:
        number, href = last.total, views.href(last)
        words = "row in the last" if last.total == 1 else "rows in the last"
    outcomes = charts.outcomes(views.counts(last))
    lines = [_line(one) for one in found]
    return Card("imports/card.html", Shown(lines, number, href, words, bool(running), outcomes))


IMPORTS = Offer("imports:read", imports)


def _line(found: ImportJob) -> Line:
    is_plain = found.status in RUNNING or found.status == "complete"
    return Line(
        found.name, views.href(found), found.total, found.created_at,
        _fraction(found) if found.status in RUNNING else None,
        None if is_plain else views.STATUSES[found.status],
    )  # fmt: skip


def _fraction(found: ImportJob) -> float:
    """How far it is along all of its stations."""
    line = stations(found)
    return sum(1.0 if one.state == "done" else one.share for one in line) / len(line)
