"""What has happened to a contact, and is to be done, on its page for paper (S0-16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nimbus.accounts.read import people
from nimbus.contacts.panels import Panel
from nimbus.db.door import Tx
from nimbus.engagement.read import Timeline, insights, notes, open_tasks, totals
from nimbus.engagement.timeline import Line, lines
from nimbus.web.words import day_of

# A few sheets; whoever wants all of it reads it on the screen.
MOST = 200


@dataclass(frozen=True, slots=True)
class Printed:
    """The newest `lines` of all the `total` events."""

    lines: list[Line]
    total: int
    tasks: list[dict[str, Any]]
    insights: list[tuple[str, str, str]]
    day_of: Callable[..., date] = day_of


def printed(tx: Tx, row: Mapping[str, Any]) -> Panel:
    id = row["id"]
    events, told = Timeline(id).page(tx, MOST).rows, totals(tx, id)
    return Panel("engagement/printed.html", Printed(
        list(lines(events, notes(tx, events), people(tx), None)), sum(told.values()),
        open_tasks(tx, id), insights(tx, id, told),
    ))  # fmt: skip
