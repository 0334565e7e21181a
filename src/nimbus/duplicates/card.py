"""The card of duplicates on Home: how many pairs wait for somebody to look."""

from __future__ import annotations

from dataclasses import dataclass

from nimbus.duplicates import read
from nimbus.duplicates.compare import Verdict
from nimbus.web import charts
from nimbus.web.cards import Card, Offer
from nimbus.web.counting import Count
from nimbus.web.route import Ask

VERDICTS: tuple[tuple[Verdict, str, str], ...] = (
    ("certain", "Certain", "green"), ("likely", "Likely", "blue"), ("possible", "Possible", "grey"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    total: Count
    verdicts: list[charts.Bar]


def duplicates(ask: Ask) -> Card | None:
    """None while no pair waits. Of many an estimate is told."""
    waiting = {one: read.how_many(ask.tx, read.Asked(verdict=one)) for one, _, _ in VERDICTS}
    total = sum(one.value for one in waiting.values())
    if not total:
        return None
    exact = all(one.exact for one in waiting.values())
    return Card("duplicates/card.html", Shown(
        Count(total, exact),
        charts.stack((words, waiting[key].value, tone, None) for key, words, tone in VERDICTS),
    ))  # fmt: skip


DUPLICATES = Offer("contacts:read", duplicates)
