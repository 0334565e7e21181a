"""The card of bulk actions on Home: the latest, each with the way back."""

from __future__ import annotations

from dataclasses import dataclass

from nimbus.bulk.bulk import Bulk
from nimbus.bulk.read import recent
from nimbus.web import charts
from nimbus.web.cards import Card, Offer
from nimbus.web.route import Ask

LATEST = 4


@dataclass(frozen=True, slots=True)
class Shown:
    found: list[Bulk]
    last: list[charts.Bar]


def actions(ask: Ask) -> Card | None:
    """None while there are none in the log."""
    found = recent(ask.tx, None, LATEST)
    if not found:
        return None
    one = found[0]
    last = charts.stack([
        ("Changed", one.done, "green", None), ("Unchanged", one.unchanged, "grey", None),
        ("Failed", one.failed, "red", None), ("Not done", one.not_done, "none", None),
    ])  # fmt: skip
    return Card("bulk/card.html", Shown(found, last))


ACTIONS = Offer("contacts:read", actions)
