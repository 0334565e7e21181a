"""Pieces of the contact page that higher rooms add to it; `rooms` puts them here at start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from nimbus.db.door import Tx
from nimbus.web.route import Ask

Row = Mapping[str, Any]

# Under the name, in page and peek; beneath the facts of the left column; above the tabs; after the
# details on paper.
Place = Literal["verdict", "side", "top", "print"]


@dataclass(frozen=True, slots=True)
class Panel:
    """A template of the room that offers it, which finds what it shows in `panel.shows`."""

    template: str
    shows: Any


# From a row with `contact.COLUMNS`, its company's columns under `company_…`; None shows nothing.
Offer = Callable[[Tx, Row], Panel | None]

_offers: dict[Place, tuple[Offer, ...]] = {}


@dataclass(frozen=True)
class TabOffer:
    """A tab that is a page of its own, at `path` beneath the contact's address. Its template
    extends `contacts/contact.html` and gets the context of `contacts.pages.frame`. What `opens`
    answers at the contact's own address too, and stands in front of the others."""

    label: str
    path: str
    opens: Callable[[Ask, Row], Response] | None = None


_tabs: list[TabOffer] = []


def install(offers: Mapping[Place, tuple[Offer, ...]], tab_offers: Iterable[TabOffer] = ()) -> None:
    """What the rooms offer, in the order in which it is shown."""
    _offers.clear()
    _offers.update(offers)
    _tabs[:] = tab_offers


def tabs() -> tuple[TabOffer, ...]:
    """The tabs of higher rooms, in their order."""
    return tuple(_tabs)


def opening() -> Callable[[Ask, Row], Response] | None:
    """What the page of a contact opens with, where a room offers that."""
    return next((one.opens for one in _tabs if one.opens), None)


def panels(tx: Tx, row: Row, *places: Place) -> dict[Place, list[Panel]]:
    """The panels of a contact by place."""
    return {
        place: [panel for offer in _offers.get(place, ()) if (panel := offer(tx, row))]
        for place in places
    }
