"""Pieces of the contact page that higher rooms add to it; `rooms` puts them here at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nimbus.db.door import Tx

Row = Mapping[str, Any]

# Under the name, in page and peek; beneath the facts of the left column; above the tabs.
Place = Literal["verdict", "side", "top"]


@dataclass(frozen=True, slots=True)
class Panel:
    """A template of the room that offers it, which finds what it shows in `panel.shows`."""

    template: str
    shows: Any


# From a row with `contact.COLUMNS`, its company's columns under `company_…`; None shows nothing.
Offer = Callable[[Tx, Row], Panel | None]

_offers: dict[Place, tuple[Offer, ...]] = {}


def install(offers: Mapping[Place, tuple[Offer, ...]]) -> None:
    """What the rooms offer, in the order in which it is shown."""
    _offers.clear()
    _offers.update(offers)


def panels(tx: Tx, row: Row, *places: Place) -> dict[Place, list[Panel]]:
    """The panels of a contact by place."""
    return {
        place: [panel for offer in _offers.get(place, ()) if (panel := offer(tx, row))]
        for place in places
    }
