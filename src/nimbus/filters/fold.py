"""What a filter says of everybody alike, before anybody is looked at (G-20)."""

from __future__ import annotations

from collections.abc import Callable

from nimbus.filters.filter import All, Any_, Filter, Leaf, Not

# What is known of a question whoever it is asked about; None where it depends.
Known = Callable[[Leaf], bool | None]


def fold(filter: Filter, known: Known = lambda leaf: None) -> bool | None:
    """True when it holds for everybody, False for nobody, None where that depends on the contact.

    An empty group restricts nothing, however deep it is hidden. What two questions say together
    (“A or not A”) is not looked into: that takes intent, and this guards against accidents.
    """
    match filter:
        case Leaf():
            return known(filter)
        case Not(part):
            found = fold(part, known)
            return None if found is None else not found
        case All(parts):
            return _joined({fold(part, known) for part in parts}, deciding=False)
        case Any_(parts):
            return _joined({fold(part, known) for part in parts}, deciding=True)


def _joined(found: set[bool | None], *, deciding: bool) -> bool | None:
    """One False decides an AND, one True an OR; without one, whatever depends leaves it open."""
    if deciding in found:
        return deciding
    return None if None in found else not deciding
