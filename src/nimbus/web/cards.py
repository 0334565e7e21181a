"""The cards of Home: each room offers its own, `rooms` says which there are and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from nimbus.web.route import Ask


@dataclass(frozen=True, slots=True)
class Card:
    """A template of the room that offers it, which finds what it shows in `card.shows`."""

    template: str
    shows: Any


@dataclass(frozen=True, slots=True)
class Offer:
    """A card for those who have the scope; `make` answers None where there is nothing to show."""

    scope: str
    make: Callable[[Ask], Card | None]


_offers: list[Offer] = []


def install(offers: Iterable[Offer]) -> None:
    """What the rooms offer, in the order in which it is shown."""
    _offers[:] = offers


def cards(ask: Ask) -> list[Card]:
    """The cards that are for whoever asks."""
    made = (offer.make(ask) for offer in _offers if ask.who.may(offer.scope))
    return [card for card in made if card]
