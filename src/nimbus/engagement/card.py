"""The card of tasks on Home: how many are overdue and due today, and the first of them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nimbus.engagement import todo
from nimbus.engagement.done import address
from nimbus.engagement.todo import HERE, Asked
from nimbus.web.cards import Card, Offer
from nimbus.web.counting import Count
from nimbus.web.render import zone_of
from nimbus.web.route import Ask
from nimbus.web.words import day

FIRST = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One task; `tone` is that of the badge of one that is due."""

    title: str
    href: str
    who: str
    due: str
    tone: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    overdue: Count
    today: Count
    here: str
    lines: Sequence[Line]


def tasks(ask: Ask) -> Card | None:
    """None while nothing is to be done."""
    first = todo.page(ask.tx, Asked(), FIRST, None).rows
    if not first:
        return None
    spans = todo.spans(ask.tx.now, zone_of(ask.request))
    overdue, today = (todo.some(ask.tx, spans[key]) for key in ("overdue", "today"))
    lines = [_line(ask, task, spans) for task in first]
    return Card("engagement/card.html", Shown(overdue, today, HERE, lines))


TASKS = Offer("contacts:read", tasks)


def _line(ask: Ask, task: Mapping[str, Any], spans: Mapping[str, Asked]) -> Line:
    due, span = task["due_at"], todo.span_of(task["due_at"], spans)
    words = {"today": "Today", "undated": ""}.get(span)
    if words is None:
        words = day(due, zone_of(ask.request))
    tone = {"overdue": "red", "today": "amber"}.get(span)
    return Line(task["title"], address(task["contact_id"]), task["name"] or "", words, tone)
